"""Every reason for which a learner may lose time has a sentence of its own on the player's page."""

from pathlib import Path

import pytest

from player.domain.reasons import Reason

PAGE = Path(__file__).parents[3] / "player" / "templates" / "player" / "_player_texts.html"
# Of a page that is broken or was tampered with; its session ends with a sentence of its own.
BROKEN = {Reason.WRONG_SEQ, Reason.WRONG_MAC, Reason.FORKED}


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason not in BROKEN])
@pytest.mark.parametrize("place", ["missed", "why"])
def test_the_reason_is_said_in_words_of_its_own(reason: Reason, place: str) -> None:
    assert f'data-{place}_{reason.value}="' in PAGE.read_text(encoding="utf-8")
