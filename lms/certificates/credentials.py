"""A certificate as a Verifiable Credential, and the list that says which were revoked."""

from datetime import UTC
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from lms.certificates.domain.credential import CONTEXTS, LIST_BITS, did_of, encoded_list, prove
from lms.certificates.models import Certificate
from lms.certificates.queries import CertificateView


def credential_of(view: CertificateView, key: Ed25519PrivateKey) -> dict[str, Any]:
    """Return the newest version as a proved credential (VC 2.0, Open Badges 3.0), made anew on each request."""
    facts, latest = view.latest.facts, view.latest
    site = settings.SITE_URL.rstrip("/")
    number, index = divmod(view.id, LIST_BITS)
    listed = site + reverse("certificates:status_list", args=[number])
    document: dict[str, Any] = {
        "@context": CONTEXTS,
        "id": f"urn:uuid:{view.uuid}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{facts.post_name} {facts.number}",
        "issuer": {"id": did_of(key.public_key()), "type": ["Profile"], "name": facts.issuer},
        "validFrom": f"{facts.valid_from.isoformat()}T00:00:00+08:00",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "identityHash": facts.holder_name, "hashed": False, "identityType": "name"}
            ],
            "achievement": {
                "id": f"{site}/courses/#{facts.post_code}",
                "type": ["Achievement"],
                "name": facts.post_name,
                "description": "施工现场专业人员职业培训合格证",
                "achievementType": "Certificate",
                "criteria": {"narrative": f"继续教育达标，依据规则 {facts.rule_set}"},
            },
            "licenseNumber": facts.number,
        },
        "credentialStatus": {
            "id": f"{listed}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(index),
            "statusListCredential": listed,
        },
    }
    if facts.valid_to is not None:
        document["validUntil"] = f"{facts.valid_to.isoformat()}T23:59:59+08:00"
    created = latest.issued_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return prove(document, key, created=created)


def status_list_of(number: int, key: Ed25519PrivateKey, *, address: str) -> dict[str, Any]:
    """Return the proved list of certificates number·LIST_BITS …: bit set = revoked. One query."""
    first = number * LIST_BITS
    rows = Certificate.objects.filter(pk__gte=first, pk__lt=first + LIST_BITS, revoked_at__isnull=False)
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    document: dict[str, Any] = {
        "@context": CONTEXTS[:1],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": did_of(key.public_key()),
        "validFrom": now,
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_list(pk - first for pk in rows.values_list("pk", flat=True)),
        },
    }
    return prove(document, key, created=now)
