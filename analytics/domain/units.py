"""What kind of value a field of a record holds, so that one place can write it as people read it.

A field's unit is told by its name (`counted_ms`, `region_code`), wherever it stands; a kind of record says so where a name
means something else there.
"""

from enum import StrEnum


class Unit(StrEnum):
    """The units there are.

    PLAIN: counts, names, titles, free words, numbers printed on paper: as they stand. MILLISECONDS, SECONDS: a length of time;
    SECONDS_EITHER_WAY: the same, whichever sign it has. MOMENT: ISO time. MONEY: minor units, their currency in the record's
    field of that name. HOURS: 学时 as decimal text or as a fraction. BYTES: a length. FINGERPRINT: a hash or a key, of which
    the beginning is shown. CONDITIONS: what was searched for, by name. STRETCHES: [start_ms, end_ms) of a video, in a list.
    FAULT: what a verification found, in English.

    The rest are codes whose names are asked for elsewhere (see analytics.learning_log.naming). THING: a uuid, named by the
    labels beside the log. CLIENT: a client of the record store. REGION, POST, RULES, RULE_VALUE, NOTICE, CLAIM: codes of a
    region, a post, a rule set, a value in one, a notice, what is claimed. KIND: of a record. FIGURE: of a dashboard.
    """

    PLAIN = "plain"
    MILLISECONDS = "milliseconds"
    SECONDS = "seconds"
    SECONDS_EITHER_WAY = "seconds_either_way"
    MOMENT = "moment"
    MONEY = "money"
    HOURS = "hours"
    BYTES = "bytes"
    FINGERPRINT = "fingerprint"
    CONDITIONS = "conditions"
    STRETCHES = "stretches"
    FAULT = "fault"
    THING = "thing"
    CLIENT = "client"
    REGION = "region"
    POST = "post"
    RULES = "rules"
    RULE_VALUE = "rule_value"
    NOTICE = "notice"
    CLAIM = "claim"
    KIND = "kind"
    FIGURE = "figure"


NAMED_ELSEWHERE = frozenset({
    Unit.THING, Unit.CLIENT, Unit.REGION, Unit.POST, Unit.RULES, Unit.RULE_VALUE, Unit.NOTICE, Unit.CLAIM, Unit.KIND, Unit.FIGURE
})  # fmt: skip

_FINGERPRINTS = (
    "digest", "plan_digest", "policy", "device", "network", "address_index", "key_id", "root", "seed", "beacon", "last_mac",
    "reason_commitment", "reason_ref", "entry_ref", "evidence",
)  # fmt: skip
_BY_NAME = {
    "seconds": Unit.SECONDS,
    "wall_from": Unit.MOMENT,
    "wall_until": Unit.MOMENT,
    "amount_minor": Unit.MONEY,
    "ours": Unit.MONEY,
    "theirs": Unit.MONEY,
    "hours": Unit.HOURS,
    "hours_per_unit": Unit.HOURS,
    "filter": Unit.CONDITIONS,
    "spans": Unit.STRETCHES,
    "opened": Unit.STRETCHES,
    "figure": Unit.FIGURE,
    "kind": Unit.KIND,
    "notice_kind": Unit.NOTICE,
    "claim_kind": Unit.CLAIM,
    "client": Unit.CLIENT,
    "region_code": Unit.REGION,
    "region": Unit.REGION,
    "post_code": Unit.POST,
    "post": Unit.POST,
    "rule_set_code": Unit.RULES,
    "company": Unit.THING,
    "institution": Unit.THING,
    "licence": Unit.THING,
    "source_ref": Unit.THING,
    "subject_ref": Unit.THING,
    **dict.fromkeys(_FINGERPRINTS, Unit.FINGERPRINT),
}
_BY_ENDING = (
    ("_uuid", Unit.THING),
    ("_ms", Unit.MILLISECONDS),
    ("_seconds", Unit.SECONDS),
    (("_at", "_from", "_until"), Unit.MOMENT),
    ("_hours", Unit.HOURS),
    ("_bytes", Unit.BYTES),
    (("sha256", "_hash"), Unit.FINGERPRINT),
)


def unit_of(name: str) -> Unit:
    """Return the unit that a field's name carries.

    >>> unit_of("counted_ms").value, unit_of("file_sha256").value, unit_of("people").value
    ('milliseconds', 'fingerprint', 'plain')
    """
    if found := _BY_NAME.get(name):
        return found
    return next((unit for ending, unit in _BY_ENDING if name.endswith(ending)), Unit.PLAIN)
