"""alb-lint: what the rules of an Application Load Balancer really do, decided over all requests.

Two flows: sources → model → analysis → checks → findings → reports, and model → plan → proof → scripts.
"""

__version__ = "0.1.0"
