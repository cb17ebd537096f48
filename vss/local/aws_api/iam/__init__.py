"""IAM as it is enforced here: policies parsed once, conditions, evaluation, recorded decisions.

After the rules of the AWS IAM user guide, *Policy evaluation logic* and *Condition operators*.
"""
