"""What requests must be answered with: by one request, or for all requests of a region, proved or refuted by one of them.

`expected` tells whether a rule does what is expected, `breaking` asks for requests that get something else, `cases` and `file` are what
`alb-lint test` is given, and `judge` answers it. The `[[require]]` of the config (ALB610) are asked in the same way.
"""
