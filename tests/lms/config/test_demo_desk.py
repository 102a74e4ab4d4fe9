"""The demo's first company has people on several sites, and somebody at every risk."""

from datetime import datetime

import pytest
from django.conf import LazySettings
from django.utils import timezone

from lms.accounts.queries import find_by_sign_in_name
from lms.config.demo import desk, people
from lms.credit.actions import load_rule_sets
from lms.enterprise.domain.standing import Risk
from lms.enterprise.queries import desks_of, figures_of, risk_by_site


@pytest.mark.django_db
def test_staff_stand_on_sites_and_at_every_risk(now: datetime, settings: LazySettings) -> None:
    settings.DEMO, settings.DEMO_PASSWORD = True, "Zhuxue-2026"
    load_rule_sets(at=now)
    people.make_people(now, lambda line: None)
    desk.staff(now, lambda line: None)
    manager, chief = find_by_sign_in_name("qiye"), find_by_sign_in_name("gongdi01")
    assert manager and chief
    today = timezone.localdate(now)
    (whole,) = desks_of(manager, on=today)
    figures = figures_of(whole, today=today)
    assert figures.people > 45
    assert all(figures[risk.value] for risk in (Risk.SOON, Risk.BEHIND, Risk.MET))
    assert len(risk_by_site(whole, today=today)) == len(desk.SITES) + 1
    (scoped,) = desks_of(chief, on=today)
    assert not scoped.is_whole and figures_of(scoped, today=today).people < figures.people
    desk.staff(now, lambda line: None)
    assert figures_of(whole, today=today).people == figures.people
