"""The parts of the search for the fewest moves, each held to enumeration."""

from itertools import combinations, permutations
from random import Random

import pytest

from alb_lint.plan.numbering import chains
from alb_lint.plan.numbering import fewest_moves as moves
from alb_lint.plan.numbering.chains import conflicts
from alb_lint.plan.numbering.fewest_moves import Fewest, fewest_moves
from alb_lint.plan.numbering.hitting_set import Cover
from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.numbering.shared_numbers import Band, Cut
from alb_lint.plan.work import Effort


def band(random: Random, count: int) -> Band:
    """Few ranks, windows, an order, and rules that partly stand in the wrong one."""
    size = count + random.randint(0, 3)
    before = [[other for other in range(job) if random.random() < 0.3] for job in range(count)]
    low = [random.choice((0, 0, random.randint(0, size - 1))) for _ in range(count)]
    high = [random.choice((size - 1, size - 1, random.randint(first, size - 1))) for first in low]
    wants = [random.choice((-1, *range(size), *range(size))) for _ in range(count)]
    return Band(size, low, high, wants, before)


def numberings(told: Band) -> list[tuple[int, ...]]:
    return [
        ranks
        for ranks in permutations(range(told.size), told.count)
        if all(first <= rank <= last for rank, first, last in zip(ranks, told.low, told.high, strict=True))
        and all(ranks[other] < ranks[job] for job in range(told.count) for other in told.before[job])
    ]


def stays(told: Band, ranks: tuple[int, ...]) -> int:
    return sum(1 << job for job, rank in enumerate(ranks) if rank == told.wants[job])


@pytest.mark.parametrize("seed", range(60))
def test_bands_against_all_numberings(seed):
    random = Random(f"band {seed}")
    told = band(random, random.randint(2, 5))
    every = numberings(told)
    for kept in range(1 << told.count):
        if kept & ~told.candidates:
            continue
        found = told.fit(kept)
        possible = [ranks for ranks in every if stays(told, ranks) & kept == kept]
        if isinstance(found, Cut):
            assert not possible
            # every numbering obeys the cut
            for ranks in every:
                moved = ~stays(told, ranks)
                assert sum(weight for job, weight in found.weights.items() if moved >> job & 1) >= found.need
            assert all(kept >> job & 1 for job in found.weights)
        else:
            assert tuple(found) in possible
    best = max((stays(told, ranks).bit_count() for ranks in every), default=None)
    found = fewest_moves(told, Effort(10**6))
    if best is None:
        assert isinstance(found, Cut)
        assert not found.weights
    else:
        assert isinstance(found, Fewest)
        assert found.moved == found.at_least == told.count - best


@pytest.mark.parametrize("seed", range(60))
def test_conflicts(seed):
    random = Random(f"conflicts {seed}")
    told = band(random, random.randint(2, 12))
    found = conflicts(told, told.candidates, Effort(10**6))
    members = [job for chain in found.chains for job in chain]
    assert len(set(members)) == len(members)
    # of a chain two and two cannot both stay, and there are as few chains as rules apart
    for chain in found.chains:
        for one, other in combinations(chain, 2):
            assert isinstance(told.fit(1 << one | 1 << other), Cut)
    assert found.apart.bit_count() == told.candidates.bit_count() - sum(len(chain) - 1 for chain in found.chains)
    assert not found.apart & ~told.candidates


@pytest.mark.parametrize("seed", range(80))
def test_smallest_sets_against_enumeration(seed):
    random = Random(f"cover {seed}")
    count = random.randint(2, 10)
    cover = Cover()
    cuts = []
    for _ in range(random.randint(1, 12)):
        chosen = random.sample(range(count), random.randint(1, count))
        weights = {job: random.choice((1, 1, 1, 2, 3)) for job in chosen}
        need = random.randint(1, sum(weights.values()))
        cuts.append((weights, need))
        cover.add(weights, need)

    def meets(chosen: int) -> bool:
        return all(sum(weight for job, weight in weights.items() if chosen >> job & 1) >= need for weights, need in cuts)

    best = min(chosen.bit_count() for chosen in range(1 << count) if meets(chosen))
    found = cover.smallest(Effort(10**6))
    assert meets(found.chosen)
    assert found.proved
    assert found.chosen.bit_count() == best


def test_effort_ends_with_a_bound():
    random = Random("effort")
    cover = Cover()
    for _ in range(120):
        cover.add(dict.fromkeys(random.sample(range(60), 4), 1), 1)
    short = cover.smallest(Effort(2_000))
    long = cover.smallest(Effort(400_000))
    assert not short.proved
    assert short.at_least <= long.at_least <= long.chosen.bit_count() <= short.chosen.bit_count()


def test_numbers():
    told = Numbers([(5, 7), (10, 10), (8, 9), (20, 29), (40, 30)])
    assert told.intervals == ((5, 10), (20, 29))
    assert told.size == 16
    assert [number for number in range(1, 40) if number in told] == [*range(5, 11), *range(20, 30)]
    assert [told.at(rank) for rank in range(told.size)] == [*range(5, 11), *range(20, 30)]
    assert [told.rank(number) for number in (1, 5, 10, 11, 19, 20, 29, 30)] == [0, 0, 5, 6, 6, 6, 15, 16]
    assert told.segment(22) == (20, 29)
    assert (told - singles([5, 7, 25]) - Numbers([(28, 99)])).intervals == ((6, 6), (8, 10), (20, 24), (26, 27))
    assert (told - told).size == 0


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("most", [0, 3, 10**6])
def test_blocks_of_many_rules_stay_together(seed, most, monkeypatch):
    random = Random(f"blocks {seed}")
    told = band(random, random.randint(2, 6))
    best = max((stays(told, ranks).bit_count() for ranks in numberings(told)), default=None)
    monkeypatch.setattr(moves, "SEARCHED", 0)
    monkeypatch.setattr(moves, "LEAST_BLOCKS", 0)
    monkeypatch.setattr(chains, "MATCHED", most)
    found = fewest_moves(told, Effort(10**6, blocks=most * told.weight))
    if best is None:
        assert isinstance(found, Cut)
        return
    assert isinstance(told.fit(found.kept), list)
    assert found.moved == told.count - found.kept.bit_count()
    assert found.at_least <= told.count - best <= found.moved


def test_of_many_rules_those_beside_the_trouble_stay(monkeypatch):
    """Fifty rules in a row have to go behind two hundred others, which then stay."""
    monkeypatch.setattr(moves, "SEARCHED", 0)
    count = 250
    wants = [place if place < 100 or place >= 150 else -1 for place in range(count)]
    before = [[] if place not in range(100, 150) else [99] for place in range(count)]
    told = Band(count + 100, [0] * count, [count + 99] * count, wants, before)
    found = fewest_moves(told, Effort(10**6))
    assert found.moved == found.at_least == 50
