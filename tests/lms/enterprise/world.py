"""A company with something behind each of its doors, and the people who would like to look."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from lms.accounts.models import User
from lms.commerce import actions as commerce
from lms.commerce.models import Assignment, Order, OrderLine, Payment, Refund, Transfer
from lms.enterprise import actions
from lms.enterprise.models import DeskJob, Invitation, RosterImport, Site, Training
from lms.organisations.models import Organisation
from lms.reviews.models import Evidence
from tests import people
from tests.lms.commerce.conftest import AT, Shop, open_shop
from tests.lms.enterprise.imports.conftest import Company, checked, done
from tests.lms.enterprise.imports.lists import person
from tests.lms.reviews.conftest import picture, reviewer_at, upload

COMPANY, PERSON, SITE, TITLE = "独一无二建设公司", "模小独", "独门地块", "独家塔吊培训"


@dataclass(frozen=True, slots=True)
class World:
    """member works at `site`; chief manages another site of the company and nothing else."""

    shop: Shop
    member: User
    chief: User
    site: Site
    second: Site
    line: OrderLine
    waiting: Order
    doubled: Payment
    asked: Refund
    noted: Refund
    seat: Assignment
    transfer: Transfer
    job: DeskJob
    packed: DeskJob
    training: Training
    paper: Evidence
    run: RosterImport
    letter: Invitation
    reviewer: User

    @property
    def uuid(self) -> UUID:
        return self.shop.company.uuid

    @property
    def marks(self) -> tuple[str, ...]:
        """Words that stand on no page of anybody else."""
        orders = (self.line.order.reference, self.waiting.reference)
        return (COMPANY, PERSON, SITE, TITLE, *orders, self.letter.person.name)


def strangers(world: World) -> dict[str, User | None]:
    """Who has no business at the company's doors: nobody, and people of every kind who have an account."""
    elsewhere = people.learner()
    people.join(elsewhere, people.organisation("enterprise"))
    return {
        "anonymous": None,
        "learner": elsewhere,
        "outsider": people.outsider(),
        "another company's manager": people.employer(),
        "institution's manager": people.institution_manager(),
        "authority": people.authority("360000"),
        "reviewer of another place": reviewer_at(people.organisation("authority", region="360000")),
        "auditor": people.auditor(),
        "instructor": people.instructor(),
    }


def build() -> World:
    """Make it all through the actions of the house. REFUND_LIMIT_MINOR is 0: every refund takes a second person."""
    now, shop = timezone.now(), open_shop()
    Organisation.objects.filter(pk=shop.company.pk).update(name=COMPANY)
    shop.company.refresh_from_db()
    member, chief = people.learner(PERSON, post="machinery"), people.learner("工地长")
    for one in (member, chief):
        people.join(one, shop.company)
    site, second = (
        actions.open_site(organisation_uuid=shop.company.uuid, name=name, at=now, by=shop.manager)
        for name in (SITE, "二号地块")
    )
    actions.refresh_company(shop.company.pk, at=now)
    actions.move_people(
        organisation_uuid=shop.company.uuid, people=[member.pk], site_uuid=site.uuid, at=now, by=shop.manager
    )
    actions.grant_manager(
        organisation_uuid=shop.company.uuid, person_uuid=chief.uuid, site_uuid=second.uuid, at=now, by=shop.manager
    )
    run, letter = _list(shop)
    actions.refresh_company(shop.company.pk, at=now)
    line, waiting = shop.paid(10), shop.order(3)
    training = _training(shop)
    return World(
        shop=shop,
        member=member,
        chief=User.objects.get(pk=chief.pk),
        site=site,
        second=second,
        line=line,
        waiting=waiting,
        doubled=_doubled(line),
        asked=_refund(shop, line),
        noted=_noted(shop, line),
        seat=commerce.assign_seat(line_id=line.pk, learner=member, at=AT, by=shop.manager),
        transfer=_transfer(shop, waiting),
        job=actions.ask_reminders(organisation_uuid=shop.company.uuid, people=[member.pk], at=now, by=shop.manager),
        packed=_packed(shop, member),
        training=training,
        paper=actions.add_paper(training_uuid=training.uuid, upload=upload(picture()), at=now, by=shop.manager),
        run=run,
        letter=letter,
        reviewer=reviewer_at(people.organisation("authority", region="500000")),
    )


def _list(shop: Shop) -> tuple[RosterImport, Invitation]:
    """An import that is done and has left an invitation, and one that waits for its manager's word."""
    company = Company(shop.company, shop.manager, shop.manager)
    done(company, [person(41)], timezone.now())
    run = checked(company, [person(42)], timezone.now())
    return run, Invitation.objects.get(organisation=shop.company)


def _doubled(line: OrderLine) -> Payment:
    """Money that came a second time."""
    payment = Payment.objects.create(order=line.order, method="stripe", started_at=AT, session_id="cs_1")
    commerce.settle_payment(
        payment_uuid=payment.uuid, intent_id="pi_2", amount_minor=line.order.total_minor, currency="cny", at=AT
    )
    payment.refresh_from_db()
    return payment


def _refund(shop: Shop, line: OrderLine) -> Refund:
    return commerce.ask_refund(line_id=line.pk, quantity=1, reason="用不完", at=AT, by=shop.manager)


def _noted(shop: Shop, line: OrderLine) -> Refund:
    refund = _refund(shop, line)
    commerce.decide_refund(refund_id=refund.pk, agreed=True, answer="", at=AT, by=shop.finance)
    commerce.finish_by_hand(refund_id=refund.pk, bank_reference="回单 1", at=AT, by=shop.finance)
    refund.refresh_from_db()
    return refund


def _transfer(shop: Shop, order: Order) -> Transfer:
    data = f"日期,金额,附言\n2026-01-08,{order.total_minor / 100:.2f},{order.reference}\n".encode()
    commerce.import_statement(data=data, at=AT, by=shop.finance)
    return Transfer.objects.get(remark=order.reference)


def _packed(shop: Shop, member: User) -> DeskJob:
    """A job that is over; a file stands in its row."""
    job = actions.ask_papers(
        organisation_uuid=shop.company.uuid, people=[member.pk], at=timezone.now(), by=shop.manager
    )
    DeskJob.objects.filter(pk=job.pk).update(state="done", ended_at=timezone.now(), file_name="desk/none.zip")
    return job


def _training(shop: Shop) -> Training:
    start = timezone.now() - timedelta(minutes=30)
    plan = actions.Plan(TITLE, "课目", start, start + timedelta(hours=2), "会议室", None, None)
    return actions.plan_training(
        organisation_id=shop.company.pk, plan=plan, at=start - timedelta(days=1), by=shop.manager
    )
