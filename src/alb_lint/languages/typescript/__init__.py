"""TypeScript and JavaScript, followed as far as the rules of a listener need it: never run, bounded in every direction.

A program is followed the way it runs, on values some of which are only symbols. `parse` gives trees, `project` finds files, `reach` marks the
code from which a rule can be reached, and `walk` goes through just that, from the top of each file. `expressions`, `functions`, `known`,
`scope`, `links` and `changes` say what an expression is worth; both ways of a branch that cannot be decided are followed, each under its
literals (`presence`). `rules` turns what was constructed into the model.
"""
