"""The states of the root modules of a run, by which other roots read their outputs."""

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Final

from alb_lint.languages.hcl.elsewhere import state_name, steps
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.module import Module
from alb_lint.languages.hcl.syntax import Body
from alb_lint.languages.hcl.values import ABSENT, Sym, Value
from alb_lint.model import Gap, Location
from alb_lint.patterns import pattern

_STATE: Final = pattern(r"remote_state\((\w+), (.*)\)")
_PLACE: Final = pattern(r'(\w+) = ("(?:[^"\\]|\\.)*"|[^",]+)(?:, |$)')
_OWN: Final = "terraform.workspace"
_NAMES_A_STATE: Final = frozenset({"key", "path", "prefix", "name", "workspaces"})
"""What tells states of one bucket apart."""

_CLOUD: Final = "remote"
"""How lookups call the backend that a `cloud` block stands for."""
_CANDIDATES: Final = 100
"""States of one key, of which each is held against what is looked up."""


class States:
    """`_roots`: what a state is called → (root, its prefix); `_marked`: what tells it from others of its bucket → what such states are called."""

    def __init__(self) -> None:
        self._roots: dict[str, tuple[Module, str]] = {}
        self._marked: dict[tuple[str, str], list[str]] = {}
        self.gaps: list[Gap] = []

    def know(self, root: Module, prefix: str, names: Iterable[str] = ()) -> None:
        """Takes a root module, and what its state is called beside what its backend says."""
        for name in names:
            self._know(name, root, prefix)
        for word in ("backend", "cloud"):
            for block in root.folder.blocks("terraform", word=word.encode()):
                for backend in block.body.blocks(word):
                    config = _told(backend.body, root)
                    for inner in backend.body.blocks("workspaces"):
                        config["workspaces"] = _told(inner.body, root)
                    state = state_name(_CLOUD if word == "cloud" else backend.labels[0] if backend.labels else None, config)
                    if state:
                        self._know(state, root, prefix)

    def _know(self, state: str, root: Module, prefix: str) -> None:
        if self._roots.setdefault(state, (root, prefix))[0] is root:
            for mark in marks(state):
                self._marked.setdefault(mark, []).append(state)

    def output(self, state: str, path: str) -> tuple[Value, str]:
        """(value, prefix of its root) of an output of another root; ABSENT where that root is not in the run, or has no such output.

        To be asked when all roots are known.
        """
        roots = self._fitting(state)
        if len(roots) != 1:
            if roots:
                places = " or ".join(sorted(prefix or "." for _, prefix in roots.values()))
                self.gaps.append(Gap(Location(), f"which state {state} is, is not known: it may be that of {places}"))
            return ABSENT, ""
        ((module, prefix),) = roots.values()
        value: Value = module.outputs()
        for place, step in enumerate(steps(path)):
            if isinstance(value, Sym):
                found = value.get(step, indexed=place > 0)
                # a whole module that is an output is asked for its own outputs, by an index too
                value = value.get(step, indexed=False) if found is ABSENT else found
            elif isinstance(value, dict):
                value = value.get(str(step))
            elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return ABSENT, ""
        return value, prefix

    def _fitting(self, state: str) -> dict[int, tuple[Module, str]]:
        """The roots whose state that is, or may be where it is called by no name of theirs; the first two, since one alone is told from several."""
        if state in self._roots:
            return {0: self._roots[state]}
        names = (name for mark in marks(state) for name in self._marked.get(mark, ()))
        found: dict[int, tuple[Module, str]] = {}
        for name in islice(names, _CANDIDATES):
            if may_be(state, name):
                root, prefix = self._roots[name]
                found[id(root)] = root, prefix
                if len(found) > 1:
                    break
        return found


def _told(body: Body, root: Module) -> dict[str, Value]:
    """The attributes of a block with their values."""
    return {name: evaluate(value, root.scope) for name in body.attributes() if (value := body.attribute(name)) is not None}


@lru_cache(maxsize=4_096)
def _place(state: str) -> tuple[str, dict[str, str]] | None:
    """(backend, where the state lies) of a state's name; None where it cannot be told from that."""
    found = _STATE.fullmatch(state)
    if found is None or _PLACE.sub("", found[2]):
        return None
    return found[1], dict(_PLACE.findall(found[2]))


def marks(state: str) -> list[tuple[str, str]]:
    """What tells the state from others of its bucket, as far as that is literal."""
    place = _place(state)
    return [] if place is None else [(name, text) for name, text in place[1].items() if name in _NAMES_A_STATE and _is_literal(text)]


def may_be(wanted: str, known: str) -> bool:
    """Whether the state that `wanted` looks up may be the one of `known`: of what both tell, nothing differs, and one says which of a bucket it is.

    A backend may leave to the command line what a lookup has to tell, and a lookup may have a variable where the backend has a text.
    """
    one, other = _place(wanted), _place(known)
    if one is None or other is None or one[0] != other[0]:
        return False
    asked, told = one[1], other[1]
    if asked.get("workspace", _OWN) != _OWN or not told.keys() <= asked.keys():
        return False
    differ = {name for name, text in told.items() if asked[name] != text}
    return not any(_is_literal(asked[name]) and _is_literal(told[name]) for name in differ) and not _NAMES_A_STATE.isdisjoint(
        name for name in told.keys() - differ if _is_literal(told[name])
    )


def _is_literal(text: str) -> bool:
    return text[0] == '"' and "${" not in text
