"""Reading an account: accounts and roles → scopes (account and region) → counted calls → one snapshot per scope.

Nothing here writes to AWS: `calls.Operation` is the list of all that is ever called.
"""
