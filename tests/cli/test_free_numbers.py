"""The number that a collision is told to take: free, harmless, and one that the config lets the rule have."""

from pathlib import Path

import pytest

from running import export, inside, raw

RANGE = '[[range]]\nname = "{0}"\npriorities = "{1}"\nmatch = {{ paths = ["{2}"] }}\n'


@pytest.mark.parametrize(
    ("config", "says"),
    [
        pytest.param("", "the number 11, which is free", id="no config"),
        pytest.param('[[retired]]\npriorities = ["11-19"]\n', "the number 20, which is free", id="retired"),
        pytest.param(RANGE.format("other", "11-19", "/z/*"), "the number 20, which is free", id="a range of others"),
        pytest.param(RANGE.format("own", "30-39", "/a"), "give /a the number 30, which is free", id="its own range"),
        pytest.param('[[before]]\nfirst = "/z"\nthen = "/a"\n', "`alb-lint allocate` finds one", id="an order to keep"),
    ],
)
def test_a_collision_names_a_number_that_may_be_had(tmp_path, monkeypatch, config, says):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a", number=1), raw(10, "/b", number=2)), "utf-8")
    Path("alb-lint.toml").write_text(config, "utf-8")
    (finding,) = inside("check", "rules.json", "--select", "ALB001", "-f", "json").json["findings"]
    assert says in finding["help"]
