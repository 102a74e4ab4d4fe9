"""Why the catalogue refuses a deed: as messages with figures, translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


def gettext_noop(text: str) -> str:
    """Return the text as it is; its name lets makemessages find it, without Django in the domain."""
    return text


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands in the way.

    message: a Chinese msgid with named placeholders, a short sentence that says what is wrong and what to do now.
    figures: the values of the placeholders.
    """

    message: str
    figures: Mapping[str, str | int] = field(default_factory=lambda: MappingProxyType({}))


class CatalogueRefusal(Exception):
    """Base of every refusal of this room; `reasons` are all that stand in the way, never empty, in the order to be read."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(reason.message % reason.figures for reason in reasons))
        self.reasons = reasons


class NotPermitted(CatalogueRefusal):
    """Raised when a person lacks the permission for a deed."""


class PublishRefused(CatalogueRefusal):
    """Raised when an edition is not fit to be published; carries every reason at once."""


class EditionFrozen(CatalogueRefusal):
    """Raised when something would change an edition after its publication."""


class SyllabusRefused(CatalogueRefusal):
    """Raised when a syllabus cannot be imported or filed as given."""


class CourseRefused(CatalogueRefusal):
    """Raised when a course page cannot be made as given."""


NOT_PERMITTED = Reason(gettext_noop("您的账号没有这项权限，内容没有改动。请联系管理员开通，或请有权限的同事操作。"))
EDITION_FROZEN = Reason(gettext_noop("这个版次已经发布，内容不能再改。要修改请新建下一版次。"))
NOT_PUBLISHED = Reason(gettext_noop("这个版次还没有发布，不需要停用。可以直接修改或删除。"))
