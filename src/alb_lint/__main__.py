"""`python -m alb_lint`."""

from alb_lint.cli.entry import run

if __name__ == "__main__":
    run()
