"""Which number each rule gets, and why there is none."""
