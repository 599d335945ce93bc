"""What can be mended in code by itself: values that change nothing go, numbers move as the planner says. Every edit is proved before it is kept."""
