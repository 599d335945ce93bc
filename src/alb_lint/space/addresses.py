"""Sets of IPv4 and IPv6 addresses as blocks, and the index that tells which blocks cover which addresses.

Blocks are laminar: two of them are nested or disjoint. So the one address that decides a block is any that none of the blocks inside it
takes, and where those leave no gap, their own.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from alb_lint.space.covers import minimal

Block = tuple[int, int, int]
"""(version 4 or 6, first address, prefix length)."""
Address = tuple[int, int]
"""(version, address)."""

WIDTH: Final = {4: 32, 6: 128}
_USUAL: Final = 0xC0000201
"""192.0.2.1, an address for documentation: what a request comes from unless told otherwise."""
ROOTS: Final = {4: (4, 0, 0), 6: (6, 0, 0)}


@lru_cache(maxsize=16_384)
def block(text: str) -> Block | None:
    """The block of a CIDR such as `10.0.0.0/8`, host bits cleared; None where it is none."""
    import ipaddress

    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    return network.version, int(network.network_address), network.prefixlen


@lru_cache(maxsize=16_384)
def address(text: str) -> Address | None:
    """The address written in `text`; None where it is none. An IPv6 zone is refused."""
    import ipaddress

    try:
        value = ipaddress.ip_address(text)
    except ValueError:
        return None
    return value.version, int(value)


def spoken(value: Address) -> str:
    import ipaddress

    version, number = value
    return str(ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number))


def contains(outer: Block, inner: Block) -> bool:
    shift = WIDTH[outer[0]] - outer[2]
    return outer[0] == inner[0] and outer[2] <= inner[2] and inner[1] >> shift == outer[1] >> shift


def _last(of: Block) -> int:
    return of[1] + (1 << (WIDTH[of[0]] - of[2])) - 1


class AddressIndex:
    """Blocks with the bitset of their owners; `families` bounds the universe."""

    def __init__(self, bits: Mapping[Block, int], families: Sequence[int] = (4, 6)) -> None:
        self.families = tuple(families)
        self.bits = {item: owners for item, owners in bits.items() if item[0] in self.families}
        self._by_length: dict[tuple[int, int], dict[int, int]] = {}
        for (version, first, length), owners in self.bits.items():
            self._by_length.setdefault((version, length), {})[first >> (WIDTH[version] - length)] = owners
        self._order = sorted({*self.bits, *(ROOTS[family] for family in self.families)}, key=lambda item: (item[0], item[1], item[2]))
        self._children: dict[Block, list[Block]] = {item: [] for item in self._order}
        stack: list[Block] = []
        for item in self._order:
            while stack and not contains(stack[-1], item):
                stack.pop()
            if stack:
                self._children[stack[-1]].append(item)
            stack.append(item)
        self._points: dict[Block, list[tuple[Address, int]]] = {}
        self._meets: dict[Block, int] = {}

    def cover(self, value: Address) -> int:
        """Owners of the blocks that hold the address."""
        version, number = value
        found = 0
        for (family, length), table in self._by_length.items():
            if family == version:
                found |= table.get(number >> (WIDTH[family] - length), 0)
        return found

    def meets(self, item: Block) -> int:
        """Owners of the blocks that share an address with `item`, which must be one of the index or a root."""
        known = self._meets.get(item)
        if known is not None:
            return known
        if item not in self._children:
            return 0
        found = self.cover((item[0], item[1]))
        todo = [item]
        while todo:
            inner = todo.pop()
            found |= self.bits.get(inner, 0) if inner is not item else 0
            todo.extend(self._children[inner])
        # the first address of `item` may lie in blocks inside it too; those are met as well
        self._meets[item] = found
        return found

    def points(self, item: Block | None) -> list[tuple[Address, int]]:
        """The addresses that decide `item` (None: the whole universe), each with its cover; only covers that are minimal."""
        if item is None:
            return minimal([point for family in self.families for point in self.points(ROOTS[family])])
        if item not in self._children:
            return []
        known = self._points.get(item)
        if known is None:
            gap = self._gap(item)
            if gap is not None:
                known = [(gap, self.cover(gap))]
            else:
                known = minimal([point for child in self._children[item] for point in self.points(child)])
            self._points[item] = known
        return known

    def _gap(self, item: Block) -> Address | None:
        """An address of `item` in none of the blocks inside it, not the very first of the gap where there is room; None if there is none."""
        at, end = item[1], _last(item)
        for child in self._children[item]:
            if child[1] > at:
                end = child[1] - 1
                break
            at = _last(child) + 1
        if at > end:
            return None
        if item == ROOTS[4] and not any(contains(child, (4, _USUAL, 32)) for child in self._children[item]):
            return 4, _USUAL
        return item[0], min(at + 1, end)
