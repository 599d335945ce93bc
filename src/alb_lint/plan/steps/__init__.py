"""How to get there: the calls, and the order in which rules move."""
