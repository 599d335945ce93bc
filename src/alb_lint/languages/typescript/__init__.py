"""TypeScript and JavaScript, followed as far as the rules of a listener need it: never run for real, bounded in every direction.

`parse` gives trees, `project` finds files and where imports lead (`aliases`), `reach` marks the code from which a rule can be reached.

`run` runs the program from its first statement to its last, on values some of which are only symbols; what it says is certain. Where a program
does what a run cannot follow, `walk` goes through just the marked code, and an `Evaluator` works out values where they are asked for:
`expressions`, `functions`, `members` and `known_functions` say what an expression is worth, `changes` what a variable is worth where it is
read; both ways of a branch that cannot be decided are followed, each under its literals (`presence`).
"""
