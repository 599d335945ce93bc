"""Requests that are answered otherwise while a deployment runs, against every mixture of old and new."""

import random
from dataclasses import replace
from itertools import product

import pytest

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.evaluate import READ, matches_rule
from alb_lint.analysis.meanwhile import _of_request, _places, answered_meanwhile
from alb_lint.model import Change, Deployment, Listener, Request, Rule
from shorthand import listener
from shorthand import rule as ruled

PATHS = ["/a", "/b", "/ab", "/c"]


def change(name: str, before: str, after: str, replaces: str = "", waits: tuple[str, ...] = ()) -> Change:
    old, new = (replace(ruled(text), id=name) if text else None for text in (before, after))
    return Change(name, old, new, replaces, waits)


@pytest.mark.parametrize(
    ("tool", "changes", "rest", "expected"),
    [
        pytest.param("Terraform", [("old", "10 path=/a -> t", ""), ("new", "", "10 path=/a -> t")], [], ["default for /a"], id="a rename"),
        pytest.param("Pulumi", [("old", "10 path=/a -> t", ""), ("new", "", "11 path=/a -> t")], [], [], id="made before it is deleted"),
        pytest.param("Terraform", [("old", "10 path=/a -> t", ""), ("new", "", "11 path=/a -> t")], [], ["default for /a"], id="in any order"),
        pytest.param("Terraform", [("r1", "10 path=/a* -> t", "10 path=/ab -> u"), ("r2", "20 path=/* -> w", "20 path=/a* -> t"),
            ("r3", "", "30 path=/* -> w")], [], ["default for /", "w for /a"], id="rules that trade identities"),
        pytest.param("Terraform", [("a", "10 path=/a -> t", "20 path=/a -> t")], ["15 path=/b -> u"], [], id="a move in one call"),
        pytest.param("Terraform", [("a", "10 path=/a -> t", "10 path=/a -> t", "delete-first")], [], ["default for /a"], id="made anew"),
        pytest.param("Terraform", [("a", "10 path=/a -> t", "10 path=/a -> t")], [], [], id="nothing changes"),
    ],
)  # fmt: skip
def test_what_is_found(tool, changes, rest, expected):
    here = listener(*rest)
    found = answered_meanwhile(here, Deployment(tool, tuple(change(*one) for one in changes)), here.rules)
    said = []
    for item in found:
        who = item.meanwhile.actions[0].shares[0].target_group if item.meanwhile is not None else "default"
        said.append(f"{who} for {item.request.path[:2]}")
    assert sorted(set(said)) == sorted(expected)


def mixtures(made: Deployment) -> list[list[Rule]]:
    """The rules of every state between, written down anew from what the tools document."""
    parts: list[tuple[str, Rule | None, Rule | None]] = []
    waits: dict[str, set[str]] = {}
    for item in made.changes:
        if item.replaces:
            parts += [(f"-{item.identity}", item.before, None), (f"+{item.identity}", None, item.after)]
            first, then = ("-", "+") if item.replaces == "delete-first" else ("+", "-")
            waits.setdefault(f"{then}{item.identity}", set()).add(f"{first}{item.identity}")
        else:
            parts.append((f"{'-' if item.after is None else '+'}{item.identity}", item.before, item.after))
    names = {name for name, _, _ in parts}
    for item in made.changes:
        waits.setdefault(f"+{item.identity}", set()).update(f"+{other}" for other in item.waits_for if f"+{other}" in names)
    if made.tool != "Terraform":
        early = {f"-{item.identity}" for item in made.changes if item.replaces == "delete-first"}
        for name in names:
            if name[0] == "-" and name not in early:
                waits.setdefault(name, set()).update(other for other in names if other[0] == "+")
    found = []
    for sides in product((False, True), repeat=len(parts)):
        done = {name for (name, _, _), side in zip(parts, sides, strict=True) if side}
        if all(waits.get(name, set()) - {name} <= done for name in done):
            found.append([rule for (_, old, new), side in zip(parts, sides, strict=True) if (rule := new if side else old) is not None])
    return found


def answer(rules: list[Rule], request: Request) -> Rule | None:
    return min((rule for rule in rules if matches_rule(rule, request)), key=lambda rule: rule.priority, default=None)


def random_story(rng: random.Random) -> tuple[Listener, Deployment, list[Rule]]:
    numbers = rng.sample(range(1, 30), 12)
    values = ["/a", "/a*", "/b", "/*", "/ab,/c", "/?b"]

    def text() -> str:
        return f"{numbers.pop()} path={rng.choice(values)} -> {rng.choice('tuv')}"

    rest = listener(*(text() for _ in range(rng.randint(0, 2))))
    changes = []
    for name in "abc"[: rng.randint(1, 3)]:
        kind = rng.choice(["make", "drop", "move", "move", "create-first", "delete-first"])
        before, after = "" if kind == "make" else text(), "" if kind == "drop" else text()
        waits = tuple(other for other in "abc" if other < name and rng.random() < 0.2)
        changes.append(change(name, before, after, kind if "first" in kind else "", waits))
    return rest, Deployment(rng.choice(["Terraform", "Pulumi"]), tuple(changes)), list(rest.rules)


def test_every_mixture():
    """For a given request, what may answer in between and neither before nor after is exactly what some mixture gives."""
    rng = random.Random(5)
    found = 0
    for _ in range(600):
        here, made, rest = random_story(rng)
        between = [rules + rest for rules in mixtures(made)]
        places = _places(made, rest)
        acts = {None: action_key(here.default)}
        for path in PATHS:
            request = Request(path=path)
            outer = [
                answer([*rules, *rest], request)
                for rules in ([c.before for c in made.changes if c.before], [c.after for c in made.changes if c.after])
            ]
            told = {action_key(rule) if rule else acts[None] for rule in outer}
            wanted = {action_key(rule) if rule else acts[None] for rules in between for rule in [answer(rules, request)]} - told
            said = {action_key(item.meanwhile) if item.meanwhile else acts[None] for item in _of_request(here, places, request, READ)}
            assert said == wanted, (made, path)
            found += bool(said)
    assert found > 50


def test_those_that_all_wait_for_the_same():
    """What is told of each pair by itself is told of a group in the same way."""
    rng = random.Random(7)
    seen = 0
    for _ in range(600):
        here, made, rest = random_story(rng)
        groups = {item.waits_for: item.waits_for for item in made.changes}
        together = tuple(replace(item, waits_for=(), behind=(groups[item.waits_for],)) if item.waits_for else item for item in made.changes)
        one = answered_meanwhile(here, made, rest)
        other = answered_meanwhile(here, replace(made, changes=together), rest)
        assert [(item.request, item.meanwhile, [change.identity for change in item.done]) for item in one] == [
            (item.request, item.meanwhile, [change.identity for change in item.done]) for item in other
        ]
        seen += bool(one) and made.changes != together
    assert seen > 10
