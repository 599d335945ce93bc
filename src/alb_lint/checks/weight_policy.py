"""ALB306: a forward whose shares differ from the `[[weights]]` of the config.

The policies of the config's `environment` apply; where that is not set, those of the only environment named. The first glob that fits a group counts.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._groups import forwards
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.config import Config, WeightPolicy, listener_fits
from alb_lint.findings.wording import group_name
from alb_lint.model import Forward, Listener
from alb_lint.model.listener import rules_and_default

_CLOSE: Final = 0.05
"""Percent by which a share may miss the policy: weights are whole numbers up to 999, so a third cannot be hit. 0 and 100 are exact."""


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    for policy in _policies(facts.listener, context.config):
        for rule in rules_and_default(facts.listener):
            if "actions" in rule.left_alone:
                continue  # what the code says is the weight of the first deployment
            for forward in forwards(rule):
                for group, actual, wanted in _misses(forward, policy):
                    yield CHECK.finding(
                        facts.listener.id,
                        rule,
                        f"{quoted(group_name(group))} gets {actual:.4g} % of its requests, and {quoted(policy.environment)} wants {wanted:g} %",
                        "correct the weights of the forward, or the [[weights]] of the config",
                        facets=(policy.environment, group),
                    )


def _policies(listener: Listener, config: Config) -> list[WeightPolicy]:
    environments = {policy.environment for policy in config.weights}
    chosen = config.environment or (next(iter(environments)) if len(environments) == 1 else "")
    return [
        policy for policy in config.weights if policy.environment == chosen and chosen and listener_fits(policy.listener, listener, config)
    ]


def _misses(forward: Forward, policy: WeightPolicy) -> Iterator[tuple[str, float, float]]:
    """(group, actual share, wanted share) in percent; nothing where a weight or group is unknown."""
    weights: dict[str, int] = {}
    for share in forward.shares:
        if not isinstance(share.target_group, str) or not isinstance(share.weight, int):
            return
        weights[share.target_group] = weights.get(share.target_group, 0) + share.weight
    if len(weights) == 1:
        weights = dict.fromkeys(weights, 1)
    total = sum(weights.values())
    if total <= 0:
        return
    for group, weight in weights.items():
        wanted = next((share for glob, share in policy.groups if _fits(glob, group)), None)
        if wanted is None:
            continue
        actual = 100 * weight / total
        exact = wanted in (0, 100)
        if abs(actual - wanted) > (0 if exact else _CLOSE):
            yield group, actual, wanted


def _fits(glob: str, group: str) -> bool:
    return any(text == glob or fnmatchcase(text, glob) for text in (group, group_name(group)))


CHECK = Check(CheckInfo("ALB306", "weight-policy", Severity.ERROR, "The shares of a forward differ from `[[weights]]`."), run=run)
