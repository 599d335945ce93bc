"""alb-lint: what the rules of an Application Load Balancer really do, decided over all requests.

Two flows: sources → model → analysis → checks → findings → reports, and model → plan → proof → scripts.
The names below are the Python API (docs/api.md); they are loaded when they are asked for, so that a commit does not wait for them.
"""

__version__ = "0.1.0"
__all__ = ["AlbLintError", "Request", "Severity", "__version__", "check", "diff", "load_config", "make_plan", "read", "trace"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'alb_lint' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("alb_lint.api"), name)


def __dir__() -> list[str]:
    return __all__
