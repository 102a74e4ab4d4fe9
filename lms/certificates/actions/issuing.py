"""The issuer's side: numbers, first certificates, renewals, exchanges. Never called by a platform but through lms.exchange."""

from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from analytics.learning_log.actions import append
from content.domain.posts import POSTS
from lms.certificates.domain.asking import Ask, Deed, Refused
from lms.certificates.domain.facts import CertificateFacts, facts_from_json
from lms.certificates.domain.numbering import NoPostNumber, NumberParts, SeriesExhausted, Template, post_number
from lms.certificates.domain.periods import valid_until
from lms.certificates.models import Certificate, CertificateVersion, NumberSeries
from lms.credit.domain.decision import Holding
from lms.credit.domain.rule_set import RuleSet
from lms.credit.domain.terms import Status
from lms.credit.queries import rule_set_on, rule_versions
from lms.organisations.queries import region

_ISSUED = Certificate.objects.filter(side=Certificate.Side.ISSUER)


class IssueRefused(ValueError):
    """The issuer does not do what it is asked; `code` says why."""

    def __init__(self, code: Refused) -> None:
        super().__init__(code.value)
        self.code = code


@transaction.atomic
def issue(ask: Ask, *, platform_code: str, at: datetime) -> Certificate:
    """Do what a platform asks, once: the same request again returns the certificate as it is. Raises IssueRefused.

    Numbers are taken under the lock of their series, in this transaction: what fails leaves no gap.
    """
    if "issuer" not in settings.CERTIFICATE_ROLES:
        raise IssueRefused(Refused.UNKNOWN_NUMBER)
    rules = _rules(ask, timezone.localdate(at))
    if ask.deed is Deed.RENEWAL:
        return _renewed(ask, rules, at)
    return _numbered(ask, rules, platform_code, at)


@transaction.atomic
def register_existing(ask: Ask, *, platform_code: str, valid_to: date | None, at: datetime) -> Certificate:
    """Take over a certificate that was numbered elsewhere before (requirement R-227), as its first version. Raises IssueRefused.

    The number stays as printed and stands in no series.
    """
    if not ask.number or ask.issued_on is None or _ISSUED.filter(number=ask.number).exists():
        raise IssueRefused(Refused.ISSUED_BEFORE)
    certificate = Certificate.objects.create(
        side=Certificate.Side.ISSUER, number=ask.number, created_at=at, **_about(ask, platform_code), valid_to=valid_to
    )
    facts = _facts(ask, ask.number, ask.issued_on, ask.issued_on, valid_to)
    add_version(certificate, CertificateVersion.Kind.REGISTERED, facts, at=at)
    return certificate


def add_version(
    certificate: Certificate,
    kind: str,
    facts: CertificateFacts,
    *,
    at: datetime,
    ask: Ask | None = None,
    reason: str = "",
    actor_id: int | None = None,
) -> CertificateVersion:
    """Write the next version of a certificate, inside the caller's transaction, and tell the log."""
    newest = certificate.versions.order_by("-version").values_list("version", flat=True).first() or 0
    row = CertificateVersion.objects.create(
        certificate=certificate,
        version=newest + 1,
        kind=kind,
        facts=facts.as_json(),
        facts_digest=facts.digest,
        cycle=ask.cycle if ask and kind == CertificateVersion.Kind.RENEWAL else None,
        request_uuid=ask.request_uuid if ask else None,
        reason=reason,
        issued_at=at,
    )
    Certificate.objects.filter(pk=certificate.pk).update(valid_to=facts.valid_to)
    append(
        kind="certificates.version_issued",
        actor_id=actor_id,
        happened_at=at,
        subject=str(certificate.uuid),
        payload={
            "number": certificate.number,
            "version": row.version,
            "version_kind": str(kind),
            "facts_sha256": row.facts_digest,
            "post_code": certificate.post_code,
            "region_code": certificate.region_code,
        },
    )
    return row


def _rules(ask: Ask, today: date) -> RuleSet:
    rules = rule_set_on(ask.rule_code, today)
    if rules is None:
        raise IssueRefused(Refused.NO_RULES)
    if ask.deed is not Deed.RENEWAL:  # of a renewal the version counts that judges its cycle
        _refuse_draft(ask, rules)
    return rules


def _refuse_draft(ask: Ask, rules: RuleSet) -> None:
    if rules.status.value is Status.DRAFT and not ask.resolved:
        raise IssueRefused(Refused.DRAFT_RULES)


def _renewed(ask: Ask, rules: RuleSet, at: datetime) -> Certificate:
    certificate = _ISSUED.all().select_for_update().filter(number=ask.number).first()
    if certificate is None:
        raise IssueRefused(Refused.UNKNOWN_NUMBER)
    if certificate.holder_hash != ask.id_hash or certificate.post_code != ask.post_code:
        raise IssueRefused(Refused.OTHER_HOLDER)
    if certificate.revoked_at is not None:
        raise IssueRefused(Refused.REVOKED)
    renewals = certificate.versions.filter(kind=CertificateVersion.Kind.RENEWAL)
    if renewals.filter(request_uuid=ask.request_uuid).exists():
        return certificate
    if renewals.filter(cycle__gte=ask.cycle).exists():
        raise IssueRefused(Refused.CYCLE_SETTLED)
    before = latest_facts(certificate)
    exchanged = certificate.versions.filter(kind=CertificateVersion.Kind.EXCHANGE).exists()
    judged_by = _rules_of_cycle(ask, rules, before.issued_on, timezone.localdate(at), exchanged=exchanged)
    _refuse_draft(ask, judged_by)
    if _total(ask) < judged_by.hours.total.value and not ask.resolved:
        raise IssueRefused(Refused.HOURS_SHORT)
    facts = replace(
        _facts(ask, certificate.number, before.issued_on, before.issued_on, None),
        valid_from=timezone.localdate(at),
        valid_to=valid_until(before.issued_on, ask.cycle + 1, rules, exchanged=exchanged),
        holder_name=before.holder_name,
        replaces=before.replaces,
    )
    add_version(certificate, CertificateVersion.Kind.RENEWAL, facts, at=at, ask=ask)
    certificate.refresh_from_db()
    return certificate


def _rules_of_cycle(ask: Ask, rules: RuleSet, issued_on: date, today: date, *, exchanged: bool) -> RuleSet:
    """Return the version of the rules that judges this cycle, which need not be today's."""
    holding = Holding(issued_on, ask.post_code, exchanged_on=issued_on if exchanged else None)
    return rule_versions([ask.rule_code])[ask.rule_code].of_cycle(ask.cycle, holding, today) or rules


def _numbered(ask: Ask, rules: RuleSet, platform_code: str, at: datetime) -> Certificate:
    if (standing := _issued_before(ask)) is not None:
        return standing
    today = timezone.localdate(at)
    series, serial, number = _next_number(ask, today)
    # The same or another request for this person may have held the series meanwhile.
    if (standing := _issued_before(ask)) is not None:
        return standing
    valid_to = valid_until(today, 1, rules, exchanged=ask.deed is Deed.EXCHANGE)
    certificate = Certificate.objects.create(
        side=Certificate.Side.ISSUER,
        number=number,
        series=series,
        serial=serial,
        created_at=at,
        valid_to=valid_to,
        **_about(ask, platform_code),
    )
    NumberSeries.objects.filter(pk=series.pk).update(next_serial=F("next_serial") + 1)
    add_version(certificate, ask.deed.value, _facts(ask, number, today, today, valid_to), at=at, ask=ask)
    return certificate


def _issued_before(ask: Ask) -> Certificate | None:
    """Return what this very request has led to; None if the person has nothing for the post. Raises IssueRefused."""
    standing = _ISSUED.filter(holder_hash=ask.id_hash, post_code=ask.post_code, revoked_at__isnull=True).first()
    if standing is None or standing.versions.filter(request_uuid=ask.request_uuid).exists():
        return standing
    raise IssueRefused(Refused.ISSUED_BEFORE)


def _next_number(ask: Ask, today: date) -> tuple[NumberSeries, int, str]:
    """Return the series (locked until the end of the transaction), the serial and the number."""
    template = Template(settings.CERTIFICATE_NUMBER_TEMPLATE)
    try:
        post = post_number(ask.post_code)
    except NoPostNumber:
        raise IssueRefused(Refused.POST_WITHOUT_NUMBER) from None
    which = {"template": template.text, "region_code": ask.region_code, "post_number": post, "year": today.year}
    NumberSeries.objects.bulk_create([NumberSeries(**which)], ignore_conflicts=True)
    series = NumberSeries.objects.select_for_update().get(**which)
    try:
        number = template.format(NumberParts(ask.region_code, post, today.year, series.next_serial))
    except SeriesExhausted:
        raise IssueRefused(Refused.SERIES_EXHAUSTED) from None
    return series, series.next_serial, number


def latest_facts(certificate: Certificate) -> CertificateFacts:
    """Return what the newest version of a certificate says. One query."""
    return facts_from_json(certificate.versions.order_by("-version").values_list("facts", flat=True)[0])


def _about(ask: Ask, platform_code: str) -> dict[str, str]:
    return {
        "holder_hash": ask.id_hash,
        "post_code": ask.post_code,
        "region_code": ask.region_code,
        "platform_code": platform_code,
    }


def _facts(ask: Ask, number: str, issued_on: date, valid_from: date, valid_to: date | None) -> CertificateFacts:
    place = region(ask.region_code)
    return CertificateFacts(
        number=number,
        holder_name=ask.holder_name,
        id_masked=ask.id_masked,
        id_hash=ask.id_hash,
        post_code=ask.post_code,
        post_name=next((post.name for post in POSTS if post.code == ask.post_code), ask.post_code),
        region_code=ask.region_code,
        region_name=place.name if place else ask.region_code,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_to=valid_to,
        hours=ask.hours,
        rule_set=f"{ask.rule_code} {ask.rule_version}",
        photo_ref=ask.photo_ref,
        issuer=settings.CERTIFICATE_ISSUER_NAME,
        replaces=ask.old_number,
    )


def _total(ask: Ask) -> Fraction:
    try:
        return sum((Fraction(item.hours) for item in ask.hours), Fraction(0))
    except (ValueError, ZeroDivisionError):
        raise IssueRefused(Refused.UNREADABLE) from None
