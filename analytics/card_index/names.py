"""What headings are called."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from analytics.card_index.measures import Sought
from analytics.card_index.queries import Head
from analytics.card_index.words import FIGURES
from analytics.learning_log import kinds
from analytics.learning_log import queries as log

ORGANISATIONS = ("company", "institution")
Names = Callable[[Iterable[str]], Mapping[str, str]]


def names_of(heads: Iterable[Head], language: str, *, regions: Names) -> Mapping[str, str]:
    """Return what headings are called in "zh" or "en", by value. At most two queries.

    One that nobody names is left out: hashes have no name. regions: names of regions by code, as the house knows them.
    """
    by_facet: dict[str, list[str]] = {}
    for head in heads:
        by_facet.setdefault(head.facet, []).append(head.value)
    organisations = [value for facet in ORGANISATIONS for value in by_facet.get(facet, [])]
    names: dict[str, str] = dict(log.labels("organisation", organisations)) if organisations else {}
    if codes := by_facet.get("region"):
        names |= regions(codes)
    kind = kinds.find("accounts.licence_recorded")
    posts = kind.words.get("post_code", {}) if kind else {}
    return names | {post: posts[post][language != "zh"] for post in by_facet.get("post", []) if post in posts}


def figures_named(written: Iterable[str], language: str = "") -> dict[str, str]:
    """Return figures of a dashboard in words, by how they are written down, in the language that is active."""
    named = {}
    for text in written:
        with suppress(ValueError):
            sought = Sought.read(text)
            days = " – ".join(dict.fromkeys((sought.since.isoformat(), sought.until.isoformat())))
            named[text] = f"{FIGURES[sought.measure]}，{days}"
    return named
