"""The demo's training at work: a session with sign-ins that waits for a reviewer, and one that is planned."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lms.accounts.queries import find_by_sign_in_name
from lms.config.demo.claims import paper
from lms.enterprise import actions
from lms.enterprise.domain.on_site_code import code_at
from lms.enterprise.domain.place import Fix
from lms.enterprise.queries import trainings_of
from lms.enterprise.queries.secrets import secret_of
from lms.organisations.queries import managed_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.accounts.models import User

HALL = (Decimal("28.682900"), Decimal("115.858200"))  # a point in Nanchang, no company's


def train(learners: "Mapping[str, User]", at: datetime) -> None:
    """Make the trainings of the Jiangxi company. Inside the caller's transaction; what is there is left alone."""
    manager = find_by_sign_in_name("ganqiye")
    if manager is None:
        return
    company = managed_by(manager, on=timezone.localdate(at))[0].id
    if trainings_of(company):
        return
    _session_on_site(learners, company, manager, at)
    start = timezone.localtime(at).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=4)
    coming = actions.Plan(
        "脚手架验收要点", "讲师乙；课后提问", start, start + timedelta(hours=2), "三号楼工地会议室", *HALL
    )
    actions.plan_training(organisation_id=company, plan=coming, at=at, by=manager)


def _session_on_site(learners: "Mapping[str, User]", company: int, manager: "User", at: datetime) -> None:
    """A session of 90 minutes three days ago: one there all the time, one late, one from the paper sheet."""
    start = timezone.localtime(at).replace(hour=14, minute=0, second=0, microsecond=0) - timedelta(days=3)
    end = start + timedelta(minutes=90)
    plan = actions.Plan(
        "塔吊安装拆除安全专项培训", "讲师甲；看图讲解 60 分钟，提问 30 分钟", start, end, "总部会议室", *HALL
    )
    row = actions.plan_training(organisation_id=company, plan=plan, at=start - timedelta(days=2), by=manager)
    secret, here = secret_of(row.uuid), Fix(28.6830, 115.8583, 15.0)
    for name, late in (("lan", 0), ("yong", 20)):
        came = start + timedelta(minutes=late)
        actions.sign_in(training_uuid=row.uuid, code=code_at(secret, came), fix=here, at=came, by=learners[name])
        actions.sign_out(training_uuid=row.uuid, code=code_at(secret, end), fix=here, at=end, by=learners[name])
    after = end + timedelta(hours=2)
    actions.add_from_sheet(training_uuid=row.uuid, people=[learners["sha"].uuid], at=after, by=manager)
    content = paper("签到表：塔吊安装拆除安全", ("筋小兰", "模小勇", "砂老师", "讲师甲"))
    upload = SimpleUploadedFile("签到表.jpg", content, content_type="image/jpeg")
    actions.add_paper(training_uuid=row.uuid, upload=upload, at=after, by=manager)
    actions.hand_in(training_uuid=row.uuid, at=after, by=manager)
