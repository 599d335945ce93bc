"""Terragrunt: units that give a module its inputs. Values as in `languages.hcl`, with the names and functions that Terragrunt adds."""
