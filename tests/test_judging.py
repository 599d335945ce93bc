"""A missing judge skips its tests, and fails them where every judge has to be at hand."""

import pytest

import judging


@pytest.mark.parametrize(("told", "outcome"), [("", pytest.skip.Exception), ("required", pytest.fail.Exception)])
def test_a_missing_judge(told, outcome, monkeypatch):
    monkeypatch.setenv("ALB_LINT_JUDGES", told)
    monkeypatch.setitem(judging._INSTALL, "no-such-program", "nowhere")
    with pytest.raises(outcome, match="no-such-program is not here: nowhere"):
        judging.judge("no-such-program")
