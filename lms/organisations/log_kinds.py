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
        zh="登记单位（{organisation_kind}，{region_code}）",
        en="An organisation was recorded ({organisation_kind}, {region_code})",
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
        zh="{learner} 加入单位，身份：{membership_role}，自 {valid_from} 起",
        en="{learner} joined an organisation as {membership_role} from {valid_from}",
        fields={**_MEMBERSHIP, "valid_from": "ISO day, the first one"},
        optional={"valid_until": "ISO day, the first one after it"},
        words=_MEMBER_ROLES,
        label_zh="加入单位",
        label_en="Member added",
    ),
    Kind(
        "organisations.membership_ended",
        zh="{learner} 离开单位，身份：{membership_role}，自 {valid_until} 起",
        en="{learner} left an organisation ({membership_role}) as of {valid_until}",
        fields={**_MEMBERSHIP, "valid_until": "ISO day, the first one after it"},
        words=_MEMBER_ROLES,
        label_zh="离开单位",
        label_en="Membership ended",
    ),
)
