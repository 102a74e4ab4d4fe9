"""What this room writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

_MEMBERSHIP = {
    "organisation_uuid": "uuid of the organisation",
    "membership_role": "staff, manager or officer",
}
_MEMBER_ROLES = {
    "membership_role": {
        "staff": ("员工", "staff"),
        "manager": ("管理员", "manager"),
        "officer": ("主管人员", "officer"),
    }
}

register(
    Kind(
        "organisations.organisation_created",
        zh="登记单位 {organisation_uuid}（{organisation_kind}，{region_code}）",
        en="{organisation_uuid} was recorded ({organisation_kind}, {region_code})",
        fields={
            "organisation_uuid": "uuid of the organisation",
            "organisation_kind": "enterprise, institution, authority or exam_venue",
            "region_code": "GB/T 2260 code",
        },
        words={
            "organisation_kind": {
                "enterprise": ("企业", "enterprise"),
                "institution": ("培训机构", "training institution"),
                "authority": ("主管部门", "authority"),
                "exam_venue": ("考点", "exam venue"),
            }
        },
        label_zh="登记单位",
        label_en="Organisation recorded",
    ),
    Kind(
        "organisations.member_added",
        zh="{learner} 加入 {organisation_uuid}，身份：{membership_role}，自 {valid_from} 起",
        en="{learner} joined {organisation_uuid} as {membership_role} from {valid_from}",
        fields={**_MEMBERSHIP, "valid_from": "ISO day, the first one"},
        optional={"valid_until": "ISO day, the first one after it"},
        words=_MEMBER_ROLES,
        label_zh="加入单位",
        label_en="Member added",
    ),
    Kind(
        "organisations.membership_ended",
        zh="{learner} 离开 {organisation_uuid}，身份：{membership_role}，自 {valid_until} 起",
        en="{learner} left {organisation_uuid} ({membership_role}) as of {valid_until}",
        fields={**_MEMBERSHIP, "valid_until": "ISO day, the first one after it"},
        words=_MEMBER_ROLES,
        label_zh="离开单位",
        label_en="Membership ended",
    ),
    Kind(
        "organisations.notice_loaded",
        zh="载入 {year} 年放假安排第 {version} 版（{number}）：放假 {days_off} 天，调休上班 {days_worked} 天",
        en="The days off of {year} were loaded as version {version} ({number}): {days_off} off, {days_worked} worked instead",
        fields={
            "year": "the year it speaks of",
            "version": "1 for the first one loaded for that year, then one more each",
            "number": "number of the document",
            "days_off": "how many days it gives off, weekends among them included",
            "days_worked": "how many weekend days are worked instead",
        },
        label_zh="载入放假安排",
        label_en="Notice of days off loaded",
    ),
)
