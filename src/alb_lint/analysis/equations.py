"""Which value of a symbol decides that no request reaches a rule: `var.b = var.a`, `var.domain = "example.com"`, `var.first < 10`.

An equation is told only if the engine proves that the rule is shadowed wherever it holds. Whether it is shadowed elsewhere, too, is not said.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.sample import lettered
from alb_lint.model import Condition, HostHeader, HttpHeader, PathPattern, QueryPair, QueryString, Rule, Unknown
from alb_lint.model.valuation import Given, symbols_in, valued
from alb_lint.patterns import pattern
from alb_lint.record import replace
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import FRESH, canonical, matches
from alb_lint.symbols import Equation, Symbol, SymbolicNumber, Text

_TAKERS: Final = 3
"""Rules that may take the requests of one rule, which are asked for an equation."""
_TRIALS: Final = 80
"""Equations that are tried on a listener; each makes a listener of two rules."""
_GUESSES: Final = 5_000
"""Equations that are looked at on a listener, most of which need no trial."""
_PAIRS: Final = 25
"""Pairs of values of two rules that give rise to guesses."""
_PARTS: Final = 16
"""Parts of one text that a symbol may equal."""
_RUN: Final = pattern(r"[^*?]+")
_NAME: Final = pattern(r"[^./:_-]+")
_NAMES: Final = 5
"""Names of one text."""


Guesses = Callable[[Text | None, Text, Rule], Iterator[tuple[Symbol, Given]]]


class Equations:
    """Those of one listener, with what may be spent on them."""

    def __init__(self, facts: ListenerFacts) -> None:
        self._facts = facts
        self._trials = 0
        self._guesses = 0

    def of(self, index: int) -> tuple[Equation, ...]:
        """What shadows a rule of which it is undecided whether a request reaches it: what its number has to be, else the first value that was found,
        and the first pattern; () for none.
        """
        facts, compiled, rule = self._facts, self._facts.compiled, self._facts.rules[index]
        if not (compiled.symbolic or compiled.floating) or facts.reach(index).state != "undecided":
            return ()
        before, surely = compiled.may_precede(index) & ~facts.excluded(index), facts.inside[index]
        ahead = islice(bits_of(surely & before & ~facts.earlier[index] & compiled.certain), _TAKERS)
        numbers = dict.fromkeys(found for other in ahead if (found := _by_numbers(facts.rules[other], rule)) is not None)
        if numbers:
            return tuple(numbers)
        takers = [facts.rules[other] for other in islice(bits_of(facts.may_lie_inside[index] & ~surely & before), _TAKERS)]
        told: list[Equation] = []
        for guesses in (_guesses, _patterns):
            values = (equation for taker in takers if (equation := self._by_values(taker, rule, guesses)) is not None)
            told += islice(values, 1)
        return tuple(told)

    def _by_values(self, taker: Rule, rule: Rule, guesses: Guesses) -> Equation | None:
        """The first value of one symbol under which `taker` takes all requests of `rule`."""
        tried: set[tuple[str, Given]] = set()
        for inner, outer, is_path in islice(_pairs(rule, taker), _PAIRS):
            for symbol, value in guesses(inner, outer, taker):
                self._guesses += 1
                if self._trials >= _TRIALS or self._guesses >= _GUESSES:
                    return None
                if (symbol.key, value) not in tried and _would_lie(inner, outer, symbol, value, is_path):
                    tried.add((symbol.key, value))
                    self._trials += 1
                    if self._shadows(taker, rule, symbol, value):
                        return Equation(symbol.shown, _said(value))
        return None

    def _shadows(self, taker: Rule, rule: Rule, symbol: Symbol, value: Given) -> bool:
        two = replace(self._facts.listener, rules=(taker, rule), default=None)
        tried = ListenerFacts(valued(two, {symbol.key: value}))
        return next(tried.reach(place).state == "shadowed" for place, one in enumerate(tried.rules) if one.id == rule.id)


def _said(value: Given) -> str:
    if isinstance(value, tuple):
        return "matches " + "".join(piece if isinstance(piece, str) else f"${{{piece.shown}}}" for piece in value)
    return f"= {value.shown if isinstance(value, Symbol) else f'{chr(34)}{value}{chr(34)}'}"


def _pairs(rule: Rule, taker: Rule) -> Iterator[tuple[Text | None, Text, bool]]:
    """Values of one condition of both, the rule's own first, None where it has no such condition; and whether they are of paths."""
    for outer in taker.conditions:
        mine = [inner for inner in rule.conditions if _field(inner) == _field(outer)]
        for wide in _values(outer):
            for narrow in [value for inner in mine for value in _values(inner)] if mine else (None,):
                if _symbols(wide) or (narrow is not None and _symbols(narrow)):
                    yield narrow, wide, isinstance(outer, PathPattern)


def _field(condition: Condition) -> tuple[type, object]:
    name = condition.name if isinstance(condition, HttpHeader) else ""
    return type(condition), name.lower() if isinstance(name, str) else name


def _values(condition: Condition) -> Iterator[Text]:
    if isinstance(condition, HostHeader | PathPattern | HttpHeader):
        yield from condition.values
    elif isinstance(condition, QueryString):
        yield from (pair.value for pair in condition.values if isinstance(pair, QueryPair))


def _symbols(text: Text) -> list[Symbol]:
    """Those of which a value may be told: what is secret is never shown."""
    return [piece for piece in text.pieces if isinstance(piece, Symbol) and not piece.secret] if isinstance(text, Unknown) else []


def _patterns(inner: Text | None, outer: Text, taker: Rule) -> Iterator[tuple[Symbol, Given]]:
    """What a symbol of the rule may match so that `outer`, which begins with a wildcard, takes what ends with it: the pattern itself.

    Every text that matches is covered, since for the symbol stands all that it may be; so the rule that takes them must not have it, too.
    """
    pieces = (outer,) if isinstance(outer, str) else outer.pieces
    if inner is not None and pieces and isinstance(pieces[0], str) and pieces[0].startswith("*") and len("".join(map(str, pieces))) > 1:
        theirs = symbols_in((taker,))
        secret = any(isinstance(piece, Symbol) and piece.secret for piece in pieces)
        yield from ((symbol, pieces) for symbol in _symbols(inner) if symbol.key not in theirs and not secret)


def _guesses(inner: Text | None, outer: Text, _taker: Rule) -> Iterator[tuple[Symbol, Given]]:
    """What a symbol of either may equal so that `outer` takes all of `inner`: a symbol of the other, its text, or a part of that."""
    narrow = [] if inner is None else _symbols(inner)
    wide = _symbols(outer)
    for one in narrow:
        yield from ((one, other) for other in wide if other.key != one.key)
    for symbols, mine, other in ((wide, outer, inner), (narrow, inner, outer)):
        for symbol in symbols:
            yield from ((symbol, part) for part in islice(_parts(other), _PARTS))
            if isinstance(mine, Unknown) and len(mine.pieces) == 1 and not symbol.plain:
                yield symbol, other if isinstance(other, str) else "*"


def _parts(text: Text | None) -> Iterator[str]:
    """What is literal in a text, cut where names begin and end, the longest first, and whole."""
    pieces = [text] if isinstance(text, str) else [piece for piece in text.pieces if isinstance(piece, str)] if text is not None else []
    runs = dict.fromkeys(run for piece in pieces for run in _RUN.findall(piece))
    for run in runs:
        names = [(name.start(), name.end()) for name in islice(_NAME.finditer(run), _NAMES)]
        spans = [(start, end) for at, (start, _) in enumerate(names) for _, end in names[at:]]
        yield from dict.fromkeys([run[start:end] for start, end in sorted(spans, key=lambda span: span[0] - span[1])] + [run])


def _would_lie(inner: Text | None, outer: Text, symbol: Symbol, value: Given, is_path: bool) -> bool:
    """Whether the equation at least makes this value of the one lie in that of the other."""
    if not value:
        return False
    if inner is None:
        return value == "*"
    narrow, wide = (lettered(_under(text, symbol, value), is_path) for text in (inner, outer))
    if narrow is None or wide is None:
        return False
    return matches(canonical(wide.lower()), canonical(narrow.lower()).replace("*", FRESH).replace("?", FRESH))


def _under(text: Text, symbol: Symbol, value: Given) -> Text:
    if isinstance(text, str):
        return text
    put = value if isinstance(value, tuple) else (value,)
    pieces = [part for piece in text.pieces for part in (put if isinstance(piece, Symbol) and piece.key == symbol.key else (piece,))]
    return "".join(map(str, pieces)) if all(isinstance(piece, str) for piece in pieces) else replace(text, pieces=tuple(pieces))


def _by_numbers(taker: Rule, rule: Rule) -> Equation | None:
    """When `taker`, which takes all requests of `rule`, is evaluated before it."""
    ahead, behind = _number(taker), _number(rule)
    if ahead is None or behind is None:
        return None
    (first, less), (then, more) = ahead, behind
    if first:
        return Equation(first, f"< {_sum(then, more - less)}")
    return Equation(then, f"> {less - more}") if then else None


def _number(rule: Rule) -> tuple[str, int] | None:
    """What is not known of the number, as it is written, and what is added to it; None where nothing is known."""
    if isinstance(rule.priority, int):
        return "", rule.priority
    number = rule.priority.number
    if not isinstance(number, SymbolicNumber) or number.symbol.secret:
        return None
    shown = number.symbol.shown
    return (f"{number.before}${{{shown}}}{number.after}" if number.before or number.after else shown), number.plus


def _sum(name: str, plus: int) -> str:
    return f"{name} {'+' if plus > 0 else '-'} {abs(plus)}" if name and plus else name or str(plus)
