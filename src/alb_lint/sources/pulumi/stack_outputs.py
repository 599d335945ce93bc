"""An output of another stack whose program is in the run: the listener of that program that it is.

Source: Pulumi documentation, "Stack references": a stack is named by organization, project and stack, and its outputs are what the program exports.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from alb_lint.languages.typescript.imports import exported
from alb_lint.languages.typescript.machine import STEPS, Machine
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.render import STACK
from alb_lint.languages.typescript.run.core import GivenUp
from alb_lint.languages.typescript.syntax import exports_of
from alb_lint.model import Gap, Location
from alb_lint.sources.pulumi.project_file import project_name
from alb_lint.sources.pulumi.rule_fields import ListenerRef, listener_of

_OUTPUT: Final = re.compile(re.escape(STACK) + r':(?:[^"/]+/)?([^"/$]+)/([^"/]+)\.getOutput\("([^"]+)"\)', re.DOTALL)

Listened = tuple[ListenerRef, Path]
"""A listener as its own program names it, and the folder of that project."""


class StackOutputs:
    """`programs`: the first files of each project; `used`: the listeners of all rules, as their own programs name them."""

    def __init__(self, machine: Machine, programs: Iterable[Sequence[Module]], used: Collection[ListenerRef]) -> None:
        self._machine = machine
        self._programs: dict[str, tuple[Path, Sequence[Module]]] = {}
        for entries in programs:
            folder = machine.project.pulumi_folder(entries[0]) if entries else None
            if folder is not None and project_name(folder):
                self._programs.setdefault(project_name(folder), (folder, entries))
        stacks: dict[tuple[str, str], set[str]] = defaultdict(set)
        for ref in used:
            found = _OUTPUT.fullmatch(ref.key)
            if found is not None:
                stacks[found[1], found[3]].add(found[2])
        self._several = {output for output, names in stacks.items() if len(names) > 1}
        """Outputs that are read from several stacks of one program, which are several listeners."""
        self._keys = {ref.key for ref in used}
        self._known: dict[str, Listened | None] = {}
        self.gaps: list[Gap] = []

    def of(self, ref: ListenerRef) -> Listened | None:
        """The listener that the output is; None where its program is not in the run, or does not tell."""
        if ref.key not in self._known:
            self._known[ref.key] = self._listened(ref)
        return self._known[ref.key]

    def _listened(self, ref: ListenerRef) -> Listened | None:
        found = _OUTPUT.fullmatch(ref.key)
        program = self._programs.get(found[1]) if found is not None else None
        if found is None or program is None:
            return None
        folder, entries = program
        several = (found[1], found[3]) in self._several
        told = None if several else self._told(folder, entries, found[3])
        if told is None:
            place = self._machine.project.name_of(folder)
            why = "several stacks of it are read, and which of them its rules are in is not told" if several else "it is not followed"
            reason = f"{ref.text} is {found[3]} of the program in {place}: {why}, so that their rules were not compared with each other"
            self.gaps.append(Gap(Location(entries[0].name), reason))
        return told

    def _told(self, folder: Path, entries: Sequence[Module], output: str) -> Listened | None:
        machine = self._machine
        for module in entries:
            table = exports_of(module)
            if not (output in table.local or output in table.values or output in table.others or "=" in table.values or table.stars):
                continue
            try:
                ref = machine.within(STEPS, lambda module=module: listener_of(machine, exported(machine, module, output)), lambda _: None)  # type: ignore[misc]
            except GivenUp:
                ref = None
            if ref is not None and (ref.resource is not None or ref.key in self._keys) and not ref.arn:
                return ref, folder
        return None
