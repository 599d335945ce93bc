"""Templates and assemblies of CloudFormation: text → nodes with places → stacks → values → rules. Private to the source."""
