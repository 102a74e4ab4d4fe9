"""What case files write into the log: every step, with a commitment to the words that it adds. Subject: the case's uuid."""

from analytics.learning_log.kinds import Kind, register

CASE_OPENED = "audit.case_opened"
CASE_ENTERED = "audit.case_entered"
CASE_CLOSED = "audit.case_closed"
CASE_EXPORTED = "audit.case_exported"
EXPLANATION_ASKED = "audit.explanation_asked"
EXPLANATION_GIVEN = "audit.explanation_given"

_WORDS = "SHA-256 over a salt and the words; both are kept with the case"
_SUBJECTS = {
    "learner": ("学员", "learner"),
    "licence": ("证书", "certificate"),
    "company": ("企业", "company"),
    "institution": ("培训机构", "institution"),
    "course": ("课程", "course"),
    "lead": ("线索", "lead"),
    "hour": ("学时", "hour"),
}

register(
    Kind(
        CASE_OPENED,
        zh="{actor} 立案 {number}（{subject_kind}）",
        en="{actor} opened case {number} ({subject_kind})",
        fields={
            "number": "number of the case",
            "subject_kind": "learner, licence, company, institution, course, lead or hour",
            "subject_ref": "id, uuid, code or number of a record, as subject_kind says",
        },
        words={"subject_kind": _SUBJECTS},
        label_zh="立案",
        label_en="Case opened",
    ),
    Kind(
        CASE_ENTERED,
        zh="{actor} 在案卷 {subject} 中写入{entry_kind}",
        en="{actor} wrote a {entry_kind} into case {subject}",
        fields={"entry_kind": "note, finding or conclusion", "entry_ref": _WORDS},
        optional={"about_record": "number of the record that it is about"},
        words={
            "entry_kind": {
                "note": ("笔记", "note"),
                "finding": ("发现", "finding"),
                "conclusion": ("结论", "conclusion"),
            }
        },
        label_zh="写入案卷",
        label_en="Written into a case",
    ),
    Kind(
        EXPLANATION_ASKED,
        zh="{actor} 在案卷 {subject} 中要求说明，期限 {working_days} 个工作日",
        en="{actor} asked for an explanation in case {subject}, within {working_days} working days",
        fields={
            "request_uuid": "uuid of the request",
            "organisation_uuid": "organisation that has to answer; empty: the learner of the record has",
            "working_days": "days to answer, by the State Council's notices",
            "entry_ref": _WORDS,
        },
        label_zh="要求说明",
        label_en="Explanation asked for",
    ),
    Kind(
        EXPLANATION_GIVEN,
        zh="{actor} 就案卷 {subject} 作出说明",
        en="{actor} gave an explanation in case {subject}",
        fields={"request_uuid": "uuid of the request", "entry_ref": _WORDS},
        label_zh="作出说明",
        label_en="Explanation given",
    ),
    Kind(
        CASE_CLOSED,
        zh="{actor} 结案 {number}：{conclusion}",
        en="{actor} closed case {number}: {conclusion}",
        fields={"number": "number of the case", "conclusion": "confirmed, partly or unfounded"},
        words={
            "conclusion": {
                "confirmed": ("属实", "confirmed"),
                "partly": ("部分属实", "partly confirmed"),
                "unfounded": ("不属实", "unfounded"),
            }
        },
        label_zh="结案",
        label_en="Case closed",
    ),
    Kind(
        CASE_EXPORTED,
        zh="{actor} 导出案卷 {number}",
        en="{actor} exported case {number}",
        fields={
            "number": "number of the case",
            "sha256": "SHA-256 of the report",
            "signed": "whether the report is signed",
        },
        label_zh="导出案卷",
        label_en="Case exported",
    ),
)
