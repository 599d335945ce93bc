"""Random regexes over a tiny alphabet, some of them outside the dialect."""

from random import Random


def a_regex(random: Random, depth: int = 0) -> str:
    kind = random.random()
    if depth > 3 or kind < 0.4:
        return random.choice(["a", "B", ".", "[ab]", "[^a]", r"\d", "1", "/", r"\.", "[a-c]", r"\w", r"[^/\s]"])
    inner = a_regex(random, depth + 1)
    if kind < 0.55:
        return inner + a_regex(random, depth + 1)
    if kind < 0.65:
        return f"({inner}|{a_regex(random, depth + 1)})"
    if kind < 0.8:
        return f"(?:{inner}){random.choice(['*', '+', '?', '{2}', '{1,2}', '{0,1}', '{1,}', '*?'])}"
    return random.choice([f"^{inner}", f"{inner}$", f"({inner}|$)", f"(^{inner}|a)"])
