"""What this room writes into the learning log. Document numbers, phones and names stay out: who is who says the label."""

from analytics.learning_log.kinds import Kind, register
from content.domain.posts import POSTS

_ROLES = {
    "learner": ("学员", "learner"),
    "instructor": ("教师", "instructor"),
    "enterprise_manager": ("企业管理员", "enterprise manager"),
    "institution_manager": ("培训机构管理员", "institution manager"),
    "authority": ("主管部门", "authority"),
    "auditor": ("审计员", "auditor"),
    "reviewer": ("审核员", "reviewer"),
    "finance": ("财务人员", "finance staff"),
    "administrator": ("系统管理员", "administrator"),
}
_DOCUMENTS = {
    "resident_id": ("居民身份证", "resident ID card"),
    "hk_macao_permit": ("港澳居民来往内地通行证", "mainland travel permit for Hong Kong and Macao residents"),
    "taiwan_permit": ("台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents"),
    "foreign_residence": ("外国人永久居留身份证", "foreign permanent resident ID card"),
    "passport": ("护照", "passport"),
}
_POSTS = {post.code: (post.name, post.english_name) for post in POSTS}
_ADDRESS = {"address_index": "keyed hash of the network address: equal for equal addresses, and not to be turned back"}

TABLES = {
    "user": ("账号", "account"),
    "identity": ("证件", "identity document"),
    "licence": ("岗位证书", "licence"),
}

register(
    Kind(
        "accounts.person_registered",
        zh="{learner} 的账号已建立",
        en="An account was made for {learner}",
        fields={"person_uuid": "uuid of the person"},
        label_zh="建立账号",
        label_en="Account made",
    ),
    Kind(
        "accounts.identity_recorded",
        zh="登记 {learner} 的实名证件（{document_kind}）",
        en="The ID document of {learner} was recorded ({document_kind})",
        fields={"person_uuid": "uuid of the person", "document_kind": "a value of Identity.Kind"},
        words={"document_kind": _DOCUMENTS},
        label_zh="登记实名证件",
        label_en="ID document recorded",
    ),
    Kind(
        "accounts.identity_corrected",
        zh="更正 {learner} 的实名证件（{document_kind}）",
        en="The ID document of {learner} was corrected ({document_kind})",
        fields={"person_uuid": "uuid of the person", "document_kind": "a value of Identity.Kind"},
        words={"document_kind": _DOCUMENTS},
        label_zh="更正实名证件",
        label_en="ID document corrected",
    ),
    Kind(
        "accounts.role_granted",
        zh="授予 {learner} 角色：{role}",
        en="{learner} was granted the role {role}",
        fields={"person_uuid": "uuid of the person", "role": "a value of lms.accounts.roles.Role"},
        words={"role": _ROLES},
        label_zh="授予角色",
        label_en="Role granted",
    ),
    Kind(
        "accounts.role_withdrawn",
        zh="收回 {learner} 的角色：{role}",
        en="The role {role} was withdrawn from {learner}",
        fields={"person_uuid": "uuid of the person", "role": "a value of lms.accounts.roles.Role"},
        words={"role": _ROLES},
        label_zh="收回角色",
        label_en="Role withdrawn",
    ),
    Kind(
        "accounts.licence_recorded",
        zh="登记 {learner} 的岗位证书（{post_code}，{region_code}）",
        en="A licence of {learner} was recorded ({post_code}, {region_code})",
        fields={
            "licence_uuid": "uuid of the licence",
            "post_code": "code of the post",
            "region_code": "GB/T 2260 code of the issuing region",
            "rule_set_code": "code of the rules its hours are judged by",
        },
        optional={
            "issued_on": "ISO day printed on the certificate; absent for a candidate",
            "exchanged_on": "ISO day on which it was given for an old paper certificate; absent for any other",
        },
        words={"post_code": _POSTS},
        label_zh="登记岗位证书",
        label_en="Licence recorded",
    ),
    Kind(
        "accounts.signed_in",
        zh="{actor} 登录",
        en="{actor} signed in",
        fields=_ADDRESS,
        label_zh="登录",
        label_en="Signed in",
    ),
    Kind(
        "accounts.signed_out",
        zh="{actor} 退出登录",
        en="{actor} signed out",
        fields={},
        label_zh="退出登录",
        label_en="Signed out",
    ),
    Kind(
        "accounts.browser_locked",
        zh="{actor} 的浏览器已锁定",
        en="The browser of {actor} was locked",
        fields={},
        label_zh="锁定电脑",
        label_en="Browser locked",
    ),
    Kind(
        "accounts.browser_unlocked",
        zh="{actor} 输入密码，解锁了浏览器",
        en="{actor} unlocked the browser with the password",
        fields={},
        label_zh="解锁电脑",
        label_en="Browser unlocked",
    ),
    Kind(
        "accounts.sign_in_refused",
        zh="登录被拒绝（{name_masked}）",
        en="A sign-in was refused ({name_masked})",
        fields={"name_masked": "what was typed as name, all but its ends as stars", **_ADDRESS},
        label_zh="登录被拒绝",
        label_en="Sign-in refused",
    ),
    Kind(
        "accounts.second_factor_refused",
        zh="{learner} 的两步验证码错误",
        en="A wrong second factor was given for {learner}",
        fields=_ADDRESS,
        label_zh="两步验证码错误",
        label_en="Second factor refused",
    ),
    Kind(
        "accounts.second_factor_changed",
        zh="{learner} 的两步验证：{change}（{factor}）",
        en="Second factor of {learner}: {change} ({factor})",
        fields={"change": "added, removed or reset", "factor": "totp or recovery_codes"},
        words={
            "change": {"added": ("启用", "added"), "removed": ("停用", "removed"), "reset": ("重新生成", "made anew")},
            "factor": {"totp": ("验证器", "authenticator"), "recovery_codes": ("恢复码", "recovery codes")},
        },
        label_zh="两步验证变更",
        label_en="Second factor changed",
    ),
    Kind(
        "accounts.password_changed",
        zh="{actor} 更改了密码",
        en="{actor} changed their password",
        fields={},
        label_zh="更改密码",
        label_en="Password changed",
    ),
    Kind(
        "accounts.password_reset",
        zh="{actor} 为 {learner} 重置了密码",
        en="{actor} reset the password of {learner}",
        fields={"person_uuid": "uuid of the person"},
        label_zh="重置密码",
        label_en="Password reset",
    ),
    Kind(
        "accounts.people_listed",
        zh="{actor} 在管理后台查看了{table}列表，显示 {shown} 行",
        en="{actor} looked at the {table} list in the admin: {shown} rows shown",
        fields={
            "table": "user, identity or licence",
            "shown": "rows on the page",
            "searched": "whether words were searched for",
        },
        words={"table": TABLES},
        label_zh="查看人员列表",
        label_en="Persons listed",
    ),
    Kind(
        "accounts.person_looked_up",
        zh="{actor} 在管理后台查看了 {learner} 的{table}",
        en="{actor} looked at the {table} of {learner} in the admin",
        fields={"table": "user, identity or licence"},
        words={"table": TABLES},
        label_zh="查看人员资料",
        label_en="Person looked up",
    ),
)
