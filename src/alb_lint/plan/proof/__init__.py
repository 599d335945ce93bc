"""Whether a plan does what it says: worked out from the rules alone, without the planner."""
