"""Makes certificates that a stranger may ask about: so many that stand, and as many that were revoked.

Given back: number and name of each. Written in bulk: what issuing costs is not measured here.
"""

from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from lms.certificates.domain.facts import CertificateFacts

NAME = "王小明"


def main(*, count: int) -> dict[str, list[tuple[str, str]]]:
    from django.utils import timezone

    from lms.certificates.models import Certificate, CertificateVersion

    now, mark = timezone.now(), uuid4().hex[:6].upper()
    made: dict[str, list[tuple[str, str]]] = {}
    for state in ("standing", "revoked"):
        gone = {"revoked_at": now, "revocation_reason": "以虚假材料取得证书"} if state == "revoked" else {}
        numbers = [f"BENCH-{mark}-{state[:1].upper()}{place:06d}" for place in range(count)]
        rows = Certificate.objects.bulk_create(
            Certificate(side="platform", number=number, region_code="500000", created_at=now, **gone)
            for number in numbers
        )
        CertificateVersion.objects.bulk_create(
            CertificateVersion(
                certificate=row,
                version=version,
                kind="renewal" if version > 1 else "first",
                facts=_facts(row.number).as_json(),
                facts_digest=_facts(row.number).digest,
                cycle=version,
                issued_at=now,
            )
            for row in rows
            for version in (1, 2)
        )
        made[state] = [(number, NAME) for number in numbers]
    made["unknown"] = [(f"BENCH-{mark}-X{place:06d}", NAME) for place in range(count)]
    return made


def _facts(number: str) -> "CertificateFacts":
    from lms.certificates.domain.facts import CertificateFacts, HoursFact

    hours = tuple(HoursFact(str(n), name, "16") for n, name in enumerate(("通用知识", "专业知识", "直播", "自主学习")))
    return CertificateFacts(
        number, NAME, "5001**********1234", "0" * 64, "site_civil", "土建施工员", "500000", "重庆市", date(2026, 5, 9),
        date(2026, 5, 9), None, hours, "chongqing 3", "", "测试发证系统",
    )  # fmt: skip


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
