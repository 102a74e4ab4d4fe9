"""All bots, in the order of the table."""

from tests.adversary.arena import Bot
from tests.adversary.bots import browser, chain, forging, offline, pace, places, possession

BOTS: tuple[Bot, ...] = tuple(
    sorted(
        (*forging.BOTS, *pace.BOTS, *chain.BOTS, *possession.BOTS, *places.BOTS, *offline.BOTS, *browser.BOTS),
        key=lambda bot: int(bot.family.removeprefix("A")),
    )
)

# Families of the attack table that nothing in the product can meet yet; listed so that nobody thinks they were forgotten.
NOT_BUILT = {
    "A10": "questions on what was shown, rate of perfect timing: no prompts in the player yet",
    "A12": "another person before the camera: faces",
    "A13": "photo, replay, mask: faces",
    "A14": "virtual camera: faces",
    "A17": "finish, withdraw and refund at once: money",
}
