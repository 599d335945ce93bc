"""Functions of numbers and addresses."""

from collections.abc import Callable
from fractions import Fraction
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from alb_lint.languages.hcl.convert import to_number, to_text, to_whole
from alb_lint.languages.hcl.function import ANY_NUMBER, Function
from alb_lint.languages.hcl.values import ListOf, Refused, TooMuch, Value, is_sequence, number

_MAX_POWER: Final = 1024
_MAX_COUNT: Final = 10_000


def _floor(value: Value) -> Value:
    found = Fraction(to_number(value))
    return found.numerator // found.denominator


def _ceil(value: Value) -> Value:
    found = Fraction(to_number(value))
    return -(-found.numerator // found.denominator)


def _pow(base: Value, exponent: Value) -> Value:
    one, power = Fraction(to_number(base)), to_whole(exponent)
    if abs(power) > _MAX_POWER:
        raise TooMuch("a number of too many digits")
    if one == 0 and power < 0:
        raise Refused("division by zero")
    return number(one**power)


def _signum(value: Value) -> Value:
    found = to_number(value)
    return (found > 0) - (found < 0)


def _extreme(pick: Callable[..., int | Fraction]) -> Callable[..., Value]:
    return lambda *values: pick([to_number(value) for value in values])


def _parseint(text: Value, base: Value) -> Value:
    radix = to_whole(base)
    digits = to_text(text)
    if not 2 <= radix <= 36 or len(digits) > 300:
        raise Refused("not a base from 2 to 36")
    try:
        return number(int(digits, radix))
    except ValueError:
        raise Refused(f"the text {digits[:40]!r} is no number") from None


def _range(*bounds: Value) -> Value:
    numbers = [to_number(bound) for bound in bounds]
    start, limit = (Fraction(0), Fraction(numbers[0])) if len(numbers) == 1 else (Fraction(numbers[0]), Fraction(numbers[1]))
    step = Fraction(numbers[2]) if len(numbers) > 2 else Fraction(1 if start <= limit else -1)
    if step == 0 or (limit - start) / step < 0:
        raise Refused("the step leads away from the limit")
    count = -(-(limit - start) // step)
    if count > _MAX_COUNT:
        raise TooMuch(f"a range of more than {_MAX_COUNT} numbers")
    return ListOf(number(start + step * at) for at in range(int(count)))


def _sum(values: Value) -> Value:
    if not is_sequence(values) or not values:
        raise Refused("no numbers to add")
    total: int | Fraction = 0
    for value in values:
        total = number(total + to_number(value))
    return total


def _network(prefix: Value) -> IPv4Network | IPv6Network:
    try:
        return ip_network(to_text(prefix), strict=False)
    except ValueError:
        raise Refused("not a network prefix") from None


def _cidrsubnet(prefix: Value, bits: Value, which: Value) -> Value:
    network, extra, at = _network(prefix), to_whole(bits), to_whole(which)
    length = network.prefixlen + extra
    if extra < 0 or length > network.max_prefixlen or not 0 <= at < 1 << extra:
        raise Refused("no such subnet")
    first = int(network.network_address) + (at << (network.max_prefixlen - length))
    return str(type(network)((first, length)))


def _cidrhost(prefix: Value, which: Value) -> Value:
    network, at = _network(prefix), to_whole(which)
    size = network.num_addresses
    if not -size <= at < size:
        raise Refused("no such host")
    return str(network.network_address + (at if at >= 0 else size + at))


NUMBER: Final = {
    "abs": Function(lambda value: abs(to_number(value))),
    "ceil": Function(_ceil),
    "cidrhost": Function(_cidrhost, 2, 2),
    "cidrsubnet": Function(_cidrsubnet, 3, 3),
    "floor": Function(_floor),
    "max": Function(_extreme(max), 1, ANY_NUMBER),
    "min": Function(_extreme(min), 1, ANY_NUMBER),
    "parseint": Function(_parseint, 2, 2),
    "pow": Function(_pow, 2, 2),
    "range": Function(_range, 1, 3),
    "signum": Function(_signum),
    "sum": Function(_sum),
}
