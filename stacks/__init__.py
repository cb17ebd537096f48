"""The CDK application: four stacks a stage, typed settings, rule packs.

Never imported by Lambda code.
"""
