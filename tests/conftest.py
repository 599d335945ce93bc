"""What tests of the live source start from: keys that are none, and no configuration of the machine."""

import os
import time
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest


@cache
def _loader(data_path: str | None = None) -> Any:
    """One for all tests: to load the service models takes longer than most tests."""
    from botocore.loaders import create_loader

    return create_loader(data_path)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment with keys and one region. Returns the path of the config file, which does not exist yet."""
    for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
        monkeypatch.delenv(name)
    config = tmp_path / "config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr("botocore.session.create_loader", _loader)
    return config


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Retries without waiting. Returns how long each would have waited."""
    import botocore.endpoint

    waits: list[float] = []
    monkeypatch.setattr(botocore.endpoint, "time", SimpleNamespace(sleep=waits.append, time=time.time))
    return waits


@pytest.fixture(autouse=True)
def _no_columns(monkeypatch):
    """Reports are as wide as in a pipe: those who run tests on several processes tell them a width."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch):
    """What a test runs works out its answer, and leaves nothing in the folders of who runs it."""
    monkeypatch.setenv("ALB_LINT_NO_CACHE", "1")
