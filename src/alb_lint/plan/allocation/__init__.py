"""Numbers for rules that have none yet: on which side of which rule, how this listener is numbered, one consistent answer."""
