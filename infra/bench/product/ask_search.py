"""Times an auditor's pages in one log: the list as the browser gets it, with its counts, and the record of the look."""

import random
import re
import time
from hashlib import md5
from uuid import UUID

from infra.bench.product.search_hoard import AUDITOR, COMPANIES, LEARNERS_AN_ADDRESS

PAGE = 50
FOUND = re.compile(r'class="what">\s*<a href="/audit/records/')


def main(*, learners: int, questions: int) -> dict[str, object]:
    """Given back: the 95th percentile of each kind of search in milliseconds, and what was wrong."""
    from django.test import Client

    from lms.accounts.models import User

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(User.objects.get(username=AUDITOR))
    chance = random.Random(11)  # noqa: S311 — repeatable
    given: dict[str, object] = {}
    wrong: list[str] = []
    for kind in ("person", "company", "kind", "address"):
        taken = []
        for number in range(questions + 3):
            query = _query(kind, chance, learners)
            began = time.perf_counter()
            page = client.get("/audit/", query)
            passed = (time.perf_counter() - began) * 1000
            if number > 2:  # noqa: PLR2004 — the first ones warm up
                taken.append(passed)
            if len(FOUND.findall(page.content.decode())) != PAGE:
                wrong.append(f"{kind}: not a whole page, {page.status_code}")
        given[kind] = sorted(taken)[int(len(taken) * 0.95)]
    return {**given, "wrong": wrong[:5]}


def _query(kind: str, chance: random.Random, learners: int) -> dict[str, str]:
    match kind:
        case "person":
            return {"learner": str(1 + chance.randrange(learners))}
        case "company":
            return {"company": str(UUID(_digest(f"company{chance.randrange(COMPANIES)}")))}
        case "kind":
            return {"kind": "player.span_watched"}
        case _:
            return {"network": _digest(f"address{chance.randrange(1, learners // LEARNERS_AN_ADDRESS)}")[:16]}


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
