"""Owners at numbers and places, held to dicts."""

from random import Random

import pytest

from alb_lint.space.covers import Relocated, bits_of
from alb_lint.space.standing import Standing


@pytest.mark.parametrize("seed", range(20))
def test_who_stands_beyond(seed):
    random = Random(f"standing {seed}")
    numbers = {owner: random.choice((random.randint(-5, 5), random.randint(1, 2_000))) for owner in random.sample(range(60), 30)}
    told = Standing(numbers)
    for _ in range(100):
        asked = random.choice((random.randint(-6, 6), random.randint(0, 2_001), *numbers.values()))
        assert told.beyond(asked) == sum(1 << owner for owner, number in numbers.items() if number > asked)
        assert told.at(asked) == sum(1 << owner for owner, number in numbers.items() if number == asked)
        owner, new = random.choice(list(numbers)), random.choice((random.randint(-300, 50_001), *numbers.values()))
        told.move(owner, numbers[owner], new)
        numbers[owner] = new


@pytest.mark.parametrize("count", [0, 1, 5, 700])
@pytest.mark.parametrize("kind", ["same", "shuffled", "together", "fewer"])
def test_each_at_another_place(count, kind):
    random = Random(f"{count} {kind}")
    places = list(range(count))
    if kind == "together":
        places = [place // 3 for place in places]
    if kind != "same":
        random.shuffle(places)
    owners = random.sample(range(2 * count), count) if kind == "fewer" else range(count)
    moved = dict(zip(owners, places, strict=True))
    told = Relocated(moved)
    for density in (0.0, 0.01, 0.5, 1.0):
        chosen = [owner for owner in moved if random.random() < density]
        expected = {moved[owner] for owner in chosen}
        assert set(bits_of(told.of(sum(1 << owner for owner in chosen)))) == expected
