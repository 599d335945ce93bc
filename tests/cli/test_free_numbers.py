"""The number that a collision is told to take: free, harmless, and one that the config lets the rule have."""

from pathlib import Path

import pytest

from alb_lint.reservations import Reservation, rendered
from running import export, inside, listener_arn, raw

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


@pytest.mark.parametrize(
    ("what", "until", "says"),
    [
        ("/z", "2999-01-01", "the number 12, which is free"),
        ("/a", "2999-01-01", "the number 11, which is free"),
        ("/z", "2020-01-01", "the number 11, which is free"),
    ],
    ids=["reserved for another", "reserved for the rule itself", "reserved no more"],
)
def test_a_number_that_another_has_reserved_is_not_free(tmp_path, monkeypatch, what, until, says):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a", number=1), raw(10, "/b", number=2)), "utf-8")
    Path("alb-lint.lock").write_text(rendered([Reservation(11, listener_arn(), what, "them", until, "t")]), "utf-8")
    (finding,) = inside("check", "rules.json", "--select", "ALB001", "-f", "json").json["findings"]
    assert says in finding["help"]


def test_a_dead_rule_is_not_sent_to_a_number_that_another_has_reserved(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(1, "/z", "z", number=1), raw(3, "/*", number=2), raw(5, "/b", "b", number=3)), "utf-8")
    reserved = Reservation(2, listener_arn(), "/y", "them", "2999-01-01", "t")
    said = []
    for held in ([], [reserved]):
        Path("alb-lint.lock").write_text(rendered(held), "utf-8")
        (finding,) = inside("check", "rules.json", "--select", "ALB101", "-f", "json").json["findings"]
        said.append(finding["help"])
    assert "give it a number below 3" in said[0]
    assert "no number right below 3 is free" in said[1]
