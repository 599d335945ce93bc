"""Nodes of the parser, typed here so that only `parse` imports it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node
else:
    Node = object

__all__ = ["Node"]
