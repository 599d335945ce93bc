"""What `--format json` points at, written out."""

from collections.abc import Iterator


def whole(told: dict, listener_id: str, rule_id: str) -> dict:
    """The rule of that id, written out."""
    found = {"id": rule_id, **told["rules"][listener_id][rule_id]}
    return {**found, "location": {**found["location"], "arn": rule_id}} if rule_id.startswith("arn:") else found


def rules_of(told: dict, item: dict) -> list[dict]:
    """All rules that a finding is about."""
    return [name if isinstance(name, dict) else whole(told, item["listener"], name) for name in item["rules"]]


def singles(told: dict) -> Iterator[dict]:
    """The single findings of a report, with rules written out; one that several causes bring comes with each of them."""
    for item in told["findings"]:
        rules = rules_of(told, item)
        others = [{**(one if "name" in one else whole(told, item["listener"], one["id"])), "role": one["role"]} for one in item["related"]]
        assert all(one["priority"] == other["priority"] for one, other in zip(item["related"], others, strict=True))
        if "parts" not in item:
            asked = [{"request": one["request"]} if "request" in one else {} for one in item["related"]]
            yield {**item, "rules": rules, "related": [{**one, **more} for one, more in zip(others, asked, strict=True)]}
            continue
        assert item["rule"] == rules[0]
        for part in item["parts"]:
            requests = {one["related"]: {"request": one["request"]} for one in part.get("requests", [])}
            related = [{**others[place], **requests.get(place, {})} for place in part.get("related", [])]
            own = rules[part["rule"]]
            yield {
                "name": item["name"],
                "listener": item["listener"],
                "location": own["location"],
                "witnesses": [],
                **item["common"],
                **part,
                "rule": own,
                "rules": [own],
                "related": related,
            }
