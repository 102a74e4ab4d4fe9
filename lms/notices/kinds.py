"""The kinds of notice there are. Each room registers its own in `<room>/notice_kinds.py`, imported when Django starts.

Title and text are msgids with named places (%(name)s), filled when they are shown or sent, so that a person reads them in
their own language.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from lms.notices.domain.channels import Channel

EVERY_CHANNEL = (Channel.IN_APP, Channel.EMAIL, Channel.SMS)


class UnknownNotice(LookupError):
    """Nobody registered this kind of notice."""


class BadNotice(ValueError):
    """The registration contradicts an earlier one, or the parameters do not fill the text."""


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice. title, text: msgids (gettext_noop) with %(places)s.

    urgent: goes out in quiet hours too. secret: its parameters are sealed, stand in no list, and are forgotten once delivered.
    """

    name: str
    title: str
    text: str
    channels: tuple[Channel, ...] = EVERY_CHANNEL
    urgent: bool = False
    secret: bool = False

    def title_for(self, params: Mapping[str, str | int]) -> str:
        """Return the title in the language that is active."""
        return gettext(self.title) % params

    def text_for(self, params: Mapping[str, str | int]) -> str:
        """Return the text in the language that is active."""
        return gettext(self.text) % params


_kinds: dict[str, NoticeKind] = {}


def register(*kinds: NoticeKind) -> None:
    """Add kinds to the list; the same kind twice is harmless. Raises BadNotice for a second meaning."""
    for kind in kinds:
        if kind.secret and Channel.IN_APP in kind.channels:
            raise BadNotice(f"{kind.name}: a secret does not stand in the message centre")
        if _kinds.setdefault(kind.name, kind) != kind:
            raise BadNotice(f"{kind.name} is registered already, with another meaning")


def kind_of(name: str) -> NoticeKind:
    """Return a kind. Raises UnknownNotice."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownNotice(name) from None


ONE_TIME_CODE = "notices.one_time_code"
register(
    NoticeKind(
        ONE_TIME_CODE,
        title=gettext_noop("验证码"),
        text=gettext_noop("【筑学】验证码 %(code)s，%(minutes)s 分钟内有效。请勿告诉他人。"),
        channels=(Channel.SMS,),
        urgent=True,
        secret=True,
    )
)
