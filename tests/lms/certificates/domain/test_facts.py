"""What stands on a certificate: the stored form gives back the same value, and nothing else passes."""

from dataclasses import fields, replace
from datetime import date

import pytest

from lms.certificates.domain.facts import CertificateFacts, FactsUnreadable, HoursFact, facts_from_json

FACTS = CertificateFacts(
    number="例50000001202600018",
    holder_name="砖小明（虚构）",
    id_masked="**************1013",
    id_hash="0f" * 32,
    post_code="site_civil",
    post_name="土建施工员",
    region_code="500000",
    region_name="重庆市",
    issued_on=date(2024, 5, 10),
    valid_from=date(2026, 5, 10),
    valid_to=date(2028, 5, 9),
    hours=(HoursFact("online_general", "网络 · 通用", "20"), HoursFact("self_study", "自主学习", "31.9")),
    rule_set="chongqing v2026.1",
    photo_ref="",
    issuer="演示发证系统",
)


def test_the_stored_form_gives_back_the_same_facts() -> None:
    for facts in (FACTS, replace(FACTS, valid_to=None, hours=()), replace(FACTS, replaces="旧-0001")):
        assert facts_from_json(facts.as_json()) == facts


OTHER: dict[str, object] = {
    **{item.name: "另" for item in fields(CertificateFacts)},
    **dict.fromkeys(("issued_on", "valid_from", "valid_to"), "2020-02-29"),
    "hours": [],
}


@pytest.mark.parametrize("name", OTHER)
def test_every_fact_changes_the_digest(name: str) -> None:
    assert facts_from_json({**FACTS.as_json(), name: OTHER[name]}).digest != FACTS.digest
    assert facts_from_json(FACTS.as_json()).digest == FACTS.digest


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("number", 17),
        ("issued_on", "2024-02-30"),
        ("valid_to", 0),
        ("hours", "20"),
        ("hours", [["online_general", "网络 · 通用", 20]]),
        ("hours", [["online_general", "20"]]),
        ("sex", "M"),
    ],
)
def test_what_is_no_fact_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(FactsUnreadable, match=f"^{name}$"):
        facts_from_json({**FACTS.as_json(), name: value})


def test_a_missing_fact_is_refused_by_name() -> None:
    plain = FACTS.as_json()
    del plain["post_name"]
    with pytest.raises(FactsUnreadable, match=r"^post_name$"):
        facts_from_json(plain)
