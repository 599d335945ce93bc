"""Text → values, some of which are symbols. One room per language; none of them knows a load balancer."""
