"""All bots, in the order of the table."""

from tests.adversary.arena import Bot
from tests.adversary.bots import (
    browser,
    chain,
    faces,
    forging,
    money,
    offline,
    pace,
    papers,
    places,
    possession,
    prompts,
)

BOTS: tuple[Bot, ...] = tuple(
    sorted(
        (
            *forging.BOTS,
            *pace.BOTS,
            *chain.BOTS,
            *possession.BOTS,
            *places.BOTS,
            *offline.BOTS,
            *browser.BOTS,
            *prompts.BOTS,
            *faces.BOTS,
            *money.BOTS,
            *papers.BOTS,
        ),
        key=lambda bot: int(bot.family.removeprefix("A")),
    )
)

# Families of the attack table that nothing in the product can meet yet, with the reason: none at present. They stand in the
# table, so that nobody thinks they were forgotten.
NOT_BUILT: dict[str, str] = {}
