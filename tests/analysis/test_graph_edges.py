"""What is told of a pair of rules in bulk is what is told of the two when asked alone."""

from random import Random

import pytest

from alb_lint.analysis.evaluate import matches_rule
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import MOST, WORK, Allowance, edges
from alb_lint.model import PathPattern, Unknown
from alb_lint.record import replace
from worlds import listener

KINDS = (("path",), ("host", "path"), ("path", "header"), ("path", "query", "method"), ("regex", "path"), ("host", "source"))


def unsure(random, told):
    """One of the rules with a path that nobody knows."""
    place = random.randrange(len(told.rules))
    rule = told.rules[place]
    odd = replace(rule, conditions=(*rule.conditions, PathPattern((Unknown("a variable"),))))
    return replace(told, rules=(*told.rules[:place], odd, *told.rules[place + 1 :]))


@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_relation_and_action_of_a_pair(kinds):
    random = Random(str(kinds))
    relations = set()
    for number in range(60):
        told = listener(random, kinds, 9)
        facts = ListenerFacts(unsure(random, told) if number % 4 == 3 else told)
        places = {rule.id: place for place, rule in enumerate(facts.rules)}
        for edge in edges(facts, Allowance(MOST, WORK)):
            first, second = places[edge.before.id], places[edge.after.id]
            assert edge.relation == facts.relation(first, second)
            assert edge.order_sensitive == (not facts.acts_alike(first, second))
            relations.add(edge.relation)
            if edge.witness is not None:
                reading = facts.readings[0]
                assert matches_rule(edge.before, edge.witness, reading)
                assert matches_rule(edge.after, edge.witness, reading)
    assert relations >= {"wider", "narrower", "overlap", "equal"}
