"""A program run from its first statement to its last, on values of which some are symbols: counters, loops, lists that change, classes.

`core` holds what a run is made of: variables that change, a log by which a branch is taken back, callbacks that run later. `lists`, `collections`
and `texts` are the methods of the language, `classes` and `calls` its classes and functions, `statements` its statements; `paths` runs a program
once for each way that its undecided conditions may turn out where the two ways cannot be told side by side, and puts the rules together.

It is all or nothing: where anything is met that it cannot follow for certain, `GivenUp` says so, and the reading without a run counts.
"""
