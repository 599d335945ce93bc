"""Terraform's language: files → blocks → values → resources of each module instance. Knows no load balancers."""
