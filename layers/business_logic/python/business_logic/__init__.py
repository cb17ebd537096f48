"""What surrounds the algorithms: records, timings; all access to AWS.

Of the other layers it knows the result types and the errors only.
"""
