"""The Functions Definition Language: read, checked, as typed values and as a graph.

Paper B (J Grid Computing 2021, doi 10.1007/s10723-021-09570-2) defines it; the fields are those of
SCAR and of OSCAR up to 4.1, the older spellings included.
"""
