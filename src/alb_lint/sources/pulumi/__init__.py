"""Pulumi programs and their YAML: constructed resources → listeners and rules."""
