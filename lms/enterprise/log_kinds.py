"""What this room writes into the learning log."""

from analytics.learning_log.kinds import Kind, register
from content.domain.posts import POSTS

_TRAINING = {"training_uuid": "uuid of the training", "source": "session or sheet"}
_COMPANY = {"organisation_uuid": "uuid of the company"}
_IMPORT = {"import_uuid": "uuid of the import", **_COMPANY}
_OUTCOMES = {
    "new": "persons registered",
    "joined": "persons known already who were given a place in the company",
    "changed": "persons of the company who were given a certificate",
    "same": "rows that changed nothing",
    "moving": "persons of another company who were asked",
    "refused": "rows refused",
}
_PEOPLE = {"people": "how many persons it is about"}

register(
    Kind(
        "enterprise.training_planned",
        zh="企业计划了一次培训（{starts_at}）",
        en="A company planned a training ({starts_at})",
        fields={**_TRAINING, "starts_at": "ISO time of its beginning"},
        label_zh="计划企业培训",
        label_en="Training planned",
    ),
    Kind(
        "enterprise.training_cancelled",
        zh="企业取消了一次培训",
        en="A company called a training off",
        fields=_TRAINING,
        label_zh="取消企业培训",
        label_en="Training cancelled",
    ),
    Kind(
        "enterprise.person_signed_in",
        zh="{learner} 在企业培训现场签到",
        en="{learner} signed in to a training at work",
        fields={"training_uuid": "uuid of the training"},
        label_zh="企业培训签到",
        label_en="Signed in to training",
    ),
    Kind(
        "enterprise.person_signed_out",
        zh="{learner} 在企业培训现场签退",
        en="{learner} signed out of a training at work",
        fields={"training_uuid": "uuid of the training"},
        label_zh="企业培训签退",
        label_en="Signed out of training",
    ),
    Kind(
        "enterprise.people_added",
        zh="企业按签到表补登 {people} 人",
        en="A company added {people} persons from the sign-in sheet",
        fields={**_TRAINING, **_PEOPLE},
        label_zh="按签到表补登",
        label_en="People added from sheet",
    ),
    Kind(
        "enterprise.rows_entered",
        zh="企业批量填报培训 {people} 条",
        en="A company entered {people} rows of training",
        fields={**_TRAINING, **_PEOPLE},
        label_zh="批量填报企业培训",
        label_en="Rows entered",
    ),
    Kind(
        "enterprise.training_handed_in",
        zh="企业提交培训记录：{people} 人",
        en="A company handed a training in: {people} persons",
        fields={**_TRAINING, **_PEOPLE, "evidence": "SHA-256 of each paper, in order"},
        label_zh="提交企业培训",
        label_en="Training handed in",
    ),
    Kind(
        "enterprise.training_decided",
        zh="审核企业培训：{outcome}（{reason}）",
        en="A training at work was decided: {outcome} ({reason})",
        fields={**_TRAINING, "outcome": "accepted, returned or rejected", "reason": "why, in words"},
        words={
            "outcome": {
                "accepted": ("认定", "accepted"),
                "returned": ("退回修改", "returned"),
                "rejected": ("不予认定", "rejected"),
            }
        },
        label_zh="审核企业培训",
        label_en="Training decided",
    ),
)
register(
    Kind(
        "enterprise.import_confirmed",
        zh="{organisation_uuid} 确认导入员工名单：{rows} 行",
        en="{organisation_uuid} confirmed an import of staff: {rows} rows",
        fields={**_IMPORT, "rows": "rows of the list"},
        label_zh="确认导入名单",
        label_en="Import confirmed",
    ),
    Kind(
        "enterprise.person_imported",
        zh="按 {organisation_uuid} 的名单登记 {learner}（{outcome}）",
        en="{learner} was entered from the list of {organisation_uuid} ({outcome})",
        fields={
            **_IMPORT,
            "person_uuid": "uuid of the person",
            "outcome": "new, joined or changed",
            "valid_from": "ISO day since when they have a place in the company",
        },
        optional={
            "document_kind": "a value of Identity.Kind; of a new person",
            "post_code": "code of the post whose certificate was recorded",
            "region_code": "GB/T 2260 code of the region that issued it",
            "issued_on": "ISO day printed on it; absent for a candidate",
        },
        words={
            "outcome": {"new": ("新建", "new"), "joined": ("加入", "joined"), "changed": ("更新", "changed")},
            "post_code": {post.code: (post.name, post.english_name) for post in POSTS},
        },
        label_zh="按名单登记员工",
        label_en="Person imported",
    ),
    Kind(
        "enterprise.import_finished",
        zh="{organisation_uuid} 的员工名单导入完成：新建 {new}，加入 {joined}，更新 {changed}，未收下 {refused}",
        en="An import of staff of {organisation_uuid} ended: {new} new, {joined} joined, {changed} changed, {refused} refused",
        fields={**_IMPORT, **_OUTCOMES},
        label_zh="名单导入完成",
        label_en="Import done",
    ),
    Kind(
        "enterprise.import_cancelled",
        zh="{organisation_uuid} 的员工名单导入中途取消：已新建 {new}，加入 {joined}，更新 {changed}",
        en="An import of staff of {organisation_uuid} was cancelled on its way: {new} new, {joined} joined, {changed} changed",
        fields={**_IMPORT, **_OUTCOMES},
        label_zh="名单导入取消",
        label_en="Import cancelled",
    ),
    Kind(
        "enterprise.person_consented",
        zh="{learner} 首次登录并同意参加 {organisation_uuid} 组织的继续教育",
        en="{learner} signed in for the first time and agreed to take part through {organisation_uuid}",
        fields=_COMPANY,
        label_zh="本人同意参加",
        label_en="Person consented",
    ),
    Kind(
        "enterprise.person_declined",
        zh="{learner} 谢绝参加 {organisation_uuid} 组织的继续教育",
        en="{learner} declined to take part through {organisation_uuid}",
        fields=_COMPANY,
        label_zh="本人谢绝参加",
        label_en="Person declined",
    ),
    Kind(
        "enterprise.invitation_revoked",
        zh="{organisation_uuid} 作废了给 {learner} 的邀请",
        en="{organisation_uuid} made the invitation of {learner} void",
        fields=_COMPANY,
        label_zh="作废邀请",
        label_en="Invitation revoked",
    ),
    Kind(
        "enterprise.move_asked",
        zh="询问 {learner} 是否转入 {organisation_uuid}",
        en="{learner} was asked about changing to {organisation_uuid}",
        fields=_COMPANY,
        label_zh="询问转入",
        label_en="Move asked",
    ),
    Kind(
        "enterprise.move_accepted",
        zh="{learner} 同意转入 {organisation_uuid}",
        en="{learner} agreed to change to {organisation_uuid}",
        fields=_COMPANY,
        label_zh="同意转入",
        label_en="Move accepted",
    ),
    Kind(
        "enterprise.move_declined",
        zh="{learner} 谢绝转入 {organisation_uuid}",
        en="{learner} declined to change to {organisation_uuid}",
        fields=_COMPANY,
        label_zh="谢绝转入",
        label_en="Move declined",
    ),
)

_SITE = {"site_uuid": "uuid of the site", "site_name": "its name"}
_SCOPE = {"scope": "company or site", "site_uuid": "uuid of the site, empty for the whole company"}
_SCOPES = {"scope": {"company": ("全单位", "the whole company"), "site": ("项目部", "a site")}}

register(
    Kind(
        "enterprise.site_opened",
        zh="企业新设项目部：{site_name}",
        en="A company opened a site: {site_name}",
        fields=_SITE,
        label_zh="新设项目部",
        label_en="Site opened",
    ),
    Kind(
        "enterprise.site_closed",
        zh="企业撤销项目部：{site_name}",
        en="A company closed a site: {site_name}",
        fields=_SITE,
        label_zh="撤销项目部",
        label_en="Site closed",
    ),
    Kind(
        "enterprise.people_moved",
        zh="企业调动 {people} 人（项目部：{site_name}）",
        en="A company moved {people} persons (site: {site_name})",
        fields={**_PEOPLE, "site_name": "name of the site, empty for none"},
        label_zh="调动人员",
        label_en="People moved",
    ),
    Kind(
        "enterprise.manager_granted",
        zh="{learner} 获授管理权限，范围：{scope}",
        en="{learner} may manage {scope}",
        fields=_SCOPE,
        words=_SCOPES,
        label_zh="授予管理权限",
        label_en="Manager granted",
    ),
    Kind(
        "enterprise.manager_revoked",
        zh="{learner} 的管理权限被收回，范围：{scope}",
        en="{learner} no longer manages {scope}",
        fields=_SCOPE,
        words=_SCOPES,
        label_zh="收回管理权限",
        label_en="Manager revoked",
    ),
    Kind(
        "enterprise.departure_recorded",
        zh="企业登记 {people} 人离职，收回席位 {seats} 个",
        en="A company recorded that {people} persons left; {seats} seats came free",
        fields={**_PEOPLE, "seats": "how many unused seats came free"},
        label_zh="登记离职",
        label_en="People let go",
    ),
    Kind(
        "enterprise.job_asked",
        zh="企业批量办理：{job}，{people} 人",
        en="A company asked for {job} for {people} persons",
        fields={**_PEOPLE, "job_uuid": "uuid of the job", "job": "enrol, remind or papers"},
        words={
            "job": {
                "enrol": ("报名", "enrolment"),
                "remind": ("提醒", "reminders"),
                "papers": ("证书打包", "certificates in one file"),
            }
        },
        label_zh="批量办理",
        label_en="Bulk deed asked",
    ),
    Kind(
        "enterprise.job_ended",
        zh="批量办理结束：{succeeded} 人办理，{passed_over} 人未办",
        en="A bulk deed ended: done for {succeeded}, not for {passed_over}",
        fields={
            "job_uuid": "uuid of the job",
            "succeeded": "for how many it was done",
            "passed_over": "for how many it was not",
        },
        label_zh="批量办理结束",
        label_en="Bulk deed ended",
    ),
    Kind(
        "enterprise.roster_exported",
        zh="企业导出花名册 {people} 人",
        en="A company exported its roster of {people} persons",
        fields=_PEOPLE,
        label_zh="导出花名册",
        label_en="Roster exported",
    ),
    Kind(
        "enterprise.list_exported",
        zh="企业导出“{list}”",
        en="A company exported the list “{list}”",
        fields={"list": "which list of the desk"},
        words={
            "list": {
                "progress": ("各人进度", "progress of each person"),
                "sites": ("项目部与风险", "sites and their risk"),
                "jobs": ("批量办理", "bulk deeds"),
                "reminders": ("提醒记录", "reminders"),
                "managers": ("管理员", "managers"),
                "letters": ("邀请", "invitations"),
                "trainings": ("培训", "trainings"),
                "attendances": ("培训人员", "attendances"),
            }
        },
        label_zh="导出列表",
        label_en="List exported",
    ),
)
