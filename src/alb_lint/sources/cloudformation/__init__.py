"""CloudFormation templates, CDK and SAM output: stacks → listeners and rules."""
