"""The canonical bytes of many records of one deed, what they share spelt once. They are those of analytics.domain.record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from analytics.domain.record import LARGEST_INTEGER, VERSION, Payload, Record, canonical_parts, utc_text

_spell = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(slots=True)
class Alike:
    """Spells records of one kind, by one actor, at one time. Both times are cut to the millisecond already."""

    kind: str
    actor_id: int | None
    happened_at: datetime
    recorded_at: datetime
    _shapes: set[tuple[str, ...]] = field(default_factory=set)
    _before: str = ""
    _recorded: str = ""

    def parts(
        self, uuid: str, learner_id: int | None, subject: str, payload: Mapping[str, Payload]
    ) -> tuple[bytes, str]:
        """Return the bytes, and the payload in them as text. Raises NotCanonical.

        A payload with keys not seen before, or with anything but plain ASCII text and whole numbers, goes the long way.
        """
        shape = tuple(payload)
        if shape not in self._shapes or not (
            _is_plain(subject) and _is_plain(learner_id or 0) and all(map(_is_plain, payload.values()))
        ):
            spelt = canonical_parts(self._record(uuid, learner_id, subject, payload))
            self._shapes.add(shape)
            return spelt
        if not self._before:
            self._spell_what_is_shared()
        text = _spell(payload)
        learner = "" if learner_id is None else f'"learner_id":{learner_id},'
        whole = f'{self._before}{learner}"payload":{text}{self._recorded}{_spell(subject)},"uuid":"{uuid}"}}'
        return bytes([VERSION]) + whole.encode("utf-8"), text

    def _record(self, uuid: str, learner_id: int | None, subject: str, payload: Mapping[str, Payload]) -> Record:
        return Record(
            UUID(uuid), self.kind, self.actor_id, learner_id, subject, self.happened_at, self.recorded_at, payload
        )

    def _spell_what_is_shared(self) -> None:
        actor = "" if self.actor_id is None else f'"actor_id":{self.actor_id},'
        self._before = f'{{{actor}"happened_at":"{utc_text(self.happened_at)}","kind":{_spell(self.kind)},'
        self._recorded = f',"recorded_at":"{utc_text(self.recorded_at)}","subject":'


def _is_plain(value: object) -> bool:
    if type(value) is str:
        return value.isascii() and "\x00" not in value
    return type(value) is bool or (type(value) is int and -LARGEST_INTEGER <= value <= LARGEST_INTEGER)
