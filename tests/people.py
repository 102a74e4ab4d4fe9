"""The people of the tests, made through the actions of the house: who may get in, and who must not.

learner · employer · institution_manager · instructor · auditor · authority · reviewer · administrator · outsider.
Each call makes a new person; all of them sign in with PASSWORD. Their companies and places are made along with them.
"""

from datetime import UTC, date, datetime
from itertools import count

from lms.accounts import actions as accounts
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.organisations import actions as organisations
from lms.organisations.domain.credit_code import check_character
from lms.organisations.models import Membership, Organisation

PASSWORD = "Mortar-and-brick-2026"
MADE_AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
FIRST_DAY = date(2020, 1, 1)

_numbers = count(1)


def person(*roles: Role, name: str = "", username: str = "", phone: str | None = None) -> User:
    """A person with these roles, and nothing else."""
    number = next(_numbers)
    user = accounts.register_person(
        username=username or f"person{number}",
        name=name or f"测试人员{number}",
        phone=phone,
        password=PASSWORD,
        at=MADE_AT,
        by=None,
    )
    for role in roles:
        accounts.grant_role(user=user, role=role, at=MADE_AT, by=None)
    return user


def learner(name: str = "", *, post: str | None = None, rule_set: str = "chongqing", region: str = "500000") -> User:
    """A learner; with `post`, the holder of a certificate issued on 2025-03-10."""
    user = person(Role.LEARNER, name=name)
    if post is not None:
        accounts.record_licence(
            holder=user,
            post_code=post,
            number=f"TEST-{user.pk:08d}",
            issued_on=date(2025, 3, 10),
            region_code=region,
            rule_set_code=rule_set,
            at=MADE_AT,
            by=None,
        )
    return user


def organisation(kind: str = "enterprise", *, region: str = "500112", name: str = "") -> Organisation:
    """A fictional organisation with a credit code that nobody has."""
    number = next(_numbers)
    first_17 = f"91990000MA{number:07d}"
    coded = kind in {Organisation.Kind.ENTERPRISE, Organisation.Kind.INSTITUTION}
    return organisations.create_organisation(
        kind=kind,
        name=name or f"测试单位{number}",
        credit_code=first_17 + check_character(first_17) if coded else "",
        region_code=region,
        fictional=True,
        at=MADE_AT,
        by=None,
    )


def join(user: User, place: Organisation, role: str = "staff", *, until: date | None = None) -> Membership:
    """Give a person a place in an organisation since FIRST_DAY."""
    return organisations.add_member(
        user=user, organisation=place, role=role, from_day=FIRST_DAY, until=until, at=MADE_AT, by=None
    )


def employer(place: Organisation | None = None) -> User:
    """The manager of a company (a new one unless given)."""
    user = person(Role.ENTERPRISE_MANAGER)
    join(user, place or organisation("enterprise"), "manager")
    return user


def institution_manager(place: Organisation | None = None) -> User:
    """The manager of a training institution (a new one unless given)."""
    user = person(Role.INSTITUTION_MANAGER)
    join(user, place or organisation("institution"), "manager")
    return user


def authority(region: str = "500000") -> User:
    """An officer of the authority of a region (100000: of the whole country)."""
    user = person(Role.AUTHORITY)
    join(user, organisation("authority", region=region), "officer")
    return user


def instructor() -> User:
    return person(Role.INSTRUCTOR)


def auditor() -> User:
    return person(Role.AUDITOR)


def reviewer() -> User:
    return person(Role.REVIEWER)


def administrator() -> User:
    return person(Role.ADMINISTRATOR)


def outsider() -> User:
    """Somebody who has an account and nothing to look for here."""
    return person()


def finance() -> User:
    return person(Role.FINANCE)
