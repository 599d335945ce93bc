"""What the conditions of several rules say together: `Env == "dev"` and `Env == "prod"` are no negations, yet never hold at once."""

from collections.abc import Iterable, Mapping

Literals = tuple[tuple[str, bool], ...]


def spelled_out(presences: Iterable[Literals], subjects: Mapping[str, tuple[str, str]]) -> dict[Literals, Literals | None]:
    """Each presence with what follows from it for the other atoms in use; None where it can never hold.

    `subjects`: text of an atom → (subject, literal). An atom that holds denies all others about the same subject.
    """
    presences = list(dict.fromkeys(presences))
    rivals: dict[str, set[str]] = {}
    for text in {text for presence in presences for text, _ in presence if text in subjects}:
        rivals.setdefault(subjects[text][0], set()).add(text)
    found: dict[Literals, Literals | None] = {}
    for presence in presences:
        literals = dict(presence)
        denied = {other for text, holds in presence if holds and text in subjects for other in rivals[subjects[text][0]] if other != text}
        never = any(literals.get(text) for text in denied)
        found[presence] = None if never else tuple(sorted((literals | dict.fromkeys(denied, False)).items()))
    return found
