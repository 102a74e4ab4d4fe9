"""What a browser that is driven by a script says of itself. Hints for a person to look at: never a verdict, never a credit less.

A browser that wants to hide it can. So a hint says "look here", and its absence says nothing.
"""

from collections.abc import Collection

# webdriver: it says that it is driven. headless: its name says that it has no window. windowless: its window has no size.
TOLD_BY_PAGE = frozenset({"webdriver", "headless", "windowless"})
_NAMES = ("headless", "phantomjs", "selenium", "playwright", "puppeteer")


def of_browser(told: Collection[str], agent: str) -> tuple[str, ...]:
    """Return the hints of a page and of the browser's own name in its request, sorted.

    >>> of_browser(["webdriver"], "Mozilla/5.0 … HeadlessChrome/130.0.0.0")
    ('headless', 'webdriver')
    """
    named = {"headless"} if any(name in agent.lower() for name in _NAMES) else set()
    return tuple(sorted(named | (TOLD_BY_PAGE & set(told))))
