"""What an operator does with a deployment, local or in an AWS account, through the same APIs."""
