"""A program run from its first statement to its last, on values of which some are symbols: counters, loops, lists that change, classes.

`core` holds what a run is made of: variables that change, a log by which a branch is taken back, callbacks that run later. `operations` are the
operators of the language, `lists` and `collections` its methods, `classes` and `calls` its classes and functions, `statements` its statements;
`runner` has the files, the names and the rules that are made; `paths` runs a program once for each way that its undecided conditions may turn out
where the two ways cannot be told side by side, and puts the rules together.

It is all or nothing: where anything is met that it cannot follow for certain, `GivenUp` says so, and the reading without a run counts.
"""
