"""Power tuning: which memory a function should get, by measurement.

The field names, the averages and the ties are those of AWS Lambda Power Tuning
(https://github.com/alexcasalboni/aws-lambda-power-tuning), which its users know.
"""
