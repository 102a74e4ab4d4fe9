"""Pages drawn once and filled many times: a template rendered with slots in the places of what differs, and cut at them.

What stands in a slot is escaped as in any template. Slots are private-use characters, which no text of ours contains; what
is filled in is never cut again, so nobody can write a slot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape  # what Django's own escape does, without its wrapping

from django.utils.safestring import SafeData

_CUT = re.compile("\ue000([a-z_]+)\ue001")


class Slot(str):
    """Stands in a template for a text, or for a day."""

    __slots__ = ()

    def __new__(cls, name: str) -> "Slot":
        return super().__new__(cls, f"\ue000{name}\ue001")


@dataclass(frozen=True, slots=True)
class Prepared:
    """The pieces between the slots, and the names of the slots between them: one name less than texts."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the whole, every value escaped unless it is marked safe. Raises KeyError for a slot without a value."""
        parts = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            value = values[name]
            parts += (value if isinstance(value, SafeData) else escape(value), text)
        return "".join(parts)


def prepared(drawn: str) -> Prepared:
    """Return a drawn text cut at its slots."""
    parts = _CUT.split(drawn)
    return Prepared(tuple(parts[::2]), tuple(parts[1::2]))
