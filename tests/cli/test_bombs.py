"""Input of up to 10 MB that asks for far more work than its size ends within 10 processor seconds and 1 GB.

`python tests/bombs.py` runs all commands on it.
"""

import pytest

from bombs import BOMBS, MOST, SECONDS, lay, measured


@pytest.mark.long
@pytest.mark.parametrize("name", BOMBS)
def test_it_ends_soon_and_small(tmp_path, name):
    bomb = BOMBS[name]
    assert max(lay(tmp_path, bomb)) <= MOST
    ran = measured(tmp_path, bomb.commands[0])
    assert ran.code in {0, 1, 2, 3, 5}, ran.said
    assert "Traceback" not in ran.said
    assert ran.seconds <= 2 * SECONDS  # beside other work processor time is up to twice that of an idle machine
    assert ran.megabytes <= 1024
