"""The demo's claims, in several states, with drawn papers; a sign-in sheet among them is used twice."""

from datetime import datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from lms.accounts.queries import find_by_sign_in_name
from lms.config.demo.slides import font
from lms.reviews import actions
from lms.reviews.domain.claim import Deed
from lms.reviews.queries import claims_of, kinds_open_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lms.accounts.models import User
    from lms.reviews.models import Claim

PAPER, INK, LINE = (250, 248, 240), (40, 44, 52), (176, 170, 150)


def paper(heading: str, lines: tuple[str, ...]) -> bytes:
    """Return a drawn sheet as JPEG: a heading, ruled lines, what is written on them. Marked as fiction."""
    picture = Image.new("RGB", (900, 1200), PAPER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 860, 1160), outline=LINE, width=3)
    pen.text((450, 110), heading, font=font(44), fill=INK, anchor="mm")
    pen.text((450, 165), "演示材料（虚构）", font=font(24), fill=(160, 60, 40), anchor="mm")
    for number in range(14):
        top = 240 + number * 64
        pen.line((80, top + 48, 820, top + 48), fill=LINE, width=2)
        if number < len(lines):
            pen.text((100, top), lines[number], font=font(32), fill=INK)
            # A squiggle for a signature, different on each line.
            points = [(600 + step * 14, top + 24 + (step * (number + 3) * 7) % 29 - 14) for step in range(14)]
            pen.line(points, fill=(30, 60, 140), width=4)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


SHEET = paper("签到表：盘扣式脚手架专项培训", ("瓦小红", "条小石", "桩小刚", "砖小明", "第二节 14:00–17:00", "讲师甲"))
NOTICE = paper(
    "关于举办装配式施工交流会的通知", ("各项目部：", "定于周六在总部会议室", "交流装配式外墙施工", "请准时参加")
)
COURSE = paper("资料归档软件培训通知", ("资料员参加", "自带电脑", "下午两点开始"))
PAGE = paper("《山城施工》目录", ("盘扣架常见缺陷", "测量放线误差分析……梁大柱", "编后记"))
BLURRED = paper("照片", ("……", "……"))


def claim_hours(learners: "Mapping[str, User]", at: datetime) -> None:
    """Make the claims and decide some of them. Inside the caller's transaction; whoever claimed before is left alone."""
    first, second = find_by_sign_in_name("fushen"), find_by_sign_in_name("fushenyi")
    if first is None or second is None or claims_of(learners["hong"].pk):
        return
    _claim(learners["hong"], "enterprise_course", "盘扣式脚手架专项培训", 4, SHEET, at=at, days=6)
    _claim(learners["tiao"], "enterprise_course", "盘扣式脚手架专项培训（补报）", 4, SHEET, at=at, days=2)
    _claim(learners["xiaoyu"], "enterprise_course", "资料归档软件培训", 6, COURSE, at=at, days=1)
    accepted = _claim(learners["dazhu"], "academic_exchange", "装配式施工交流会", 6, NOTICE, at=at, days=20)
    _decide(accepted, Deed.ACCEPT, first, at, days=18, hours="5", reason="按会议通知上的时间认定 5 学时。")
    essay = _claim(learners["dazhu"], "paper", "《测量放线误差分析》", 8, PAGE, at=at, days=9)
    _decide(essay, Deed.ACCEPT, first, at, days=7, hours="6", reason="省级刊物，独立作者，建议 6 学时。")
    unclear = _claim(learners["xiaogang"], "enterprise_course", "质量通病现场观摩", 3, BLURRED, at=at, days=12)
    _decide(unclear, Deed.RETURN, first, at, days=11, reason="看不清，请重新拍照上传。")
    refused = _claim(
        learners["xiaogang"], "other", "观看行业纪录片", 2, paper("截图", ("片名", "时长")), at=at, days=15
    )
    _decide(refused, Deed.REJECT, first, at, days=14, reason="内容与岗位无关，不属于继续教育。")
    actions.appeal_claim(
        claim_uuid=refused.uuid,
        reason="影片讲的是混凝土浇筑工艺，与岗位有关。",
        at=_ago(at, 13),
        by=learners["xiaogang"],
    )


def _claim(who: "User", kind: str, title: str, hours: int, content: bytes, *, at: datetime, days: int) -> "Claim":
    when = _ago(at, days)
    number = next(one.pk for one in kinds_open_to(who.pk) if one.code == kind)
    done = timezone.localdate(when) - timedelta(days=3)
    units = hours if kind in ("enterprise_course", "other") else 1
    draft = actions.Draft(title, "", done, units, Decimal(hours))
    claim = actions.open_claim(kind_id=number, draft=draft, at=when, by=who)
    upload = SimpleUploadedFile(f"{title[:8]}.jpg", content, content_type="image/jpeg")
    actions.add_evidence(claim_uuid=claim.uuid, upload=upload, at=when, by=who)
    return actions.submit_claim(claim_uuid=claim.uuid, at=when, by=who)


def _decide(
    claim: "Claim", deed: Deed, by: "User", at: datetime, *, days: int, reason: str, hours: str | None = None
) -> None:
    granted = Decimal(hours) if hours else None
    actions.decide_claim(claim_uuid=claim.uuid, deed=deed, reason=reason, hours=granted, at=_ago(at, days), by=by)


def _ago(at: datetime, days: int) -> datetime:
    return at - timedelta(days=days)
