"""Listener rules as the AWS provider of Terraform has them, in source, plans and states."""
