"""The page of each check: what it finds, why it matters, an example, the way out."""

from pathlib import Path

from alb_lint.files import content, is_file, text_of

HOME = ""
"""URL of the repository as people browse it at this version; "" until it is published. Reports link pages by it."""


def address(name: str) -> str:
    """Where the page of a check can be read, "" where the project has no home."""
    return f"{HOME}/docs/checks/{name}.md" if HOME else ""


def about(version: str) -> str:
    """An absolute URI at which this version tells about itself: its home, before there is one a `data:` URI with the words."""
    from urllib.parse import quote

    said = f"alb-lint {version} checks the rules of AWS Application Load Balancers. `alb-lint explain CODE` prints the page of a check."
    return HOME or f"data:text/plain,{quote(said)}"


def page(name: str) -> str:
    """The page of a check in Markdown: from the installed package, or from docs/ of the checkout."""
    packaged = Path(__file__).parents[1] / "_pages" / f"{name}.md"
    return text_of(content(packaged if is_file(packaged) else Path(__file__).parents[3] / "docs" / "checks" / f"{name}.md"))
