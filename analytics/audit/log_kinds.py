"""What the reading room itself writes into the log: every look of an auditor."""

from analytics.domain.units import Unit
from analytics.learning_log.kinds import Kind, register

_FORMATS = {
    "csv": ("CSV 表格", "CSV table"),
    "xlsx": ("Excel 表格", "Excel workbook"),
    "parquet": ("Parquet 数据", "Parquet data"),
    "pdf": ("PDF 报告", "PDF report"),
}
_CONDITIONS = {
    "learner": ("学员编号", "learner no."),
    "actor": ("操作人编号", "actor no."),
    "subject": ("对象", "subject"),
    "company": ("企业", "company"),
    "institution": ("培训机构", "institution"),
    "learner_ref": ("学员（所填文字另存）", "a learner (the words typed are kept beside)"),
    "actor_ref": ("操作人（所填文字另存）", "an actor (the words typed are kept beside)"),
    "subject_ref": ("对象（所填文字另存）", "a subject (the words typed are kept beside)"),
    "company_ref": ("企业（所填文字另存）", "a company (the words typed are kept beside)"),
    "institution_ref": ("培训机构（所填文字另存）", "an institution (the words typed are kept beside)"),
    "text_ref": ("所含文字（另存）", "words in it (kept beside)"),
    "licence": ("证书", "licence"),
    "device": ("浏览器", "browser"),
    "network": ("网络地址", "network address"),
    "region": ("地区", "region"),
    "post": ("岗位", "post"),
    "figure": ("数字", "figure"),
    "since": ("自", "from"),
    "until": ("至", "until"),
    "kind": ("种类", "kind"),
    "looks": ("含审计查阅", "looks of auditors too"),
}
FILTER_MEANING = "conditions by name; *_ref = typed words, kept beside the log as a label of kind 'words'"

RECORDS_VIEWED = "audit.records_viewed"
RECORD_OPENED = "audit.record_opened"
RECORDS_EXPORTED = "audit.records_exported"
EVIDENCE_PACKED = "audit.evidence_packed"
DAY_VIEWED = "audit.day_viewed"
HOUR_OPENED = "audit.hour_opened"
LEADS_VIEWED = "audit.leads_viewed"
PAGE_VIEWED = "audit.page_viewed"
CASE_VIEWED = "audit.case_viewed"
FIGURES_VIEWED = "audit.figures_viewed"  # registered by the dashboards
UNMASKED = "audit.personal_data_unmasked"
REMASKED = "audit.personal_data_masked"
EXPORT_DOWNLOADED = "audit.export_downloaded"
DRAW_COMMITTED = "audit.draw_committed"
DRAW_REVEALED = "audit.draw_drawn"
LOOKS = (
    *(RECORDS_VIEWED, RECORD_OPENED, RECORDS_EXPORTED, EVIDENCE_PACKED, DAY_VIEWED, HOUR_OPENED, LEADS_VIEWED),
    *(PAGE_VIEWED, CASE_VIEWED, FIGURES_VIEWED),
)

register(
    Kind(
        RECORDS_VIEWED,
        zh="{actor} 查阅日志列表，条件：{filter}，列出 {shown} 条",
        en="{actor} looked through the log, conditions: {filter}, {shown} records shown",
        fields={"filter": FILTER_MEANING, "shown": "records on the page"},
        words={"filter": _CONDITIONS},
        label_zh="查阅列表",
        label_en="List viewed",
    ),
    Kind(
        RECORD_OPENED,
        zh="{actor} 打开第 {record_id} 号记录",
        en="{actor} opened record no. {record_id}",
        fields={"record_id": "number of the record in the log"},
        label_zh="查阅记录",
        label_en="Record opened",
    ),
    Kind(
        RECORDS_EXPORTED,
        zh="{actor} 导出 {rows} 条记录，条件：{filter}",
        en="{actor} exported {rows} records, conditions: {filter}",
        fields={"filter": FILTER_MEANING, "rows": "records in the file", "format": "csv, xlsx, parquet or pdf"},
        words={"filter": _CONDITIONS, "format": _FORMATS},
        label_zh="导出记录",
        label_en="Records exported",
    ),
    Kind(
        EVIDENCE_PACKED,
        zh="{actor} 取走 {learner} 的证据包，共 {records} 条记录",
        en="{actor} took the evidence pack of {learner}, {records} records",
        fields={"records": "records in the pack", "size": "records under the signed head that it is proved by"},
        label_zh="取证据包",
        label_en="Evidence pack taken",
    ),
    Kind(
        DAY_VIEWED,
        zh="{actor} 查看 {learner} 在 {day} 的时间线",
        en="{actor} looked at the timeline of {learner} on {day}",
        fields={"day": "ISO day in Asia/Shanghai", "shown": "records on the page"},
        label_zh="查看时间线",
        label_en="Timeline viewed",
    ),
    Kind(
        HOUR_OPENED,
        zh="{actor} 逐条核对 {learner} 的一笔学时（第 {record_id} 号记录）",
        en="{actor} opened a credited hour of {learner} end to end (record no. {record_id})",
        fields={"record_id": "number of the award in the log", "shown": "records of the chain"},
        label_zh="核对一笔学时",
        label_en="Credited hour opened",
    ),
    Kind(
        LEADS_VIEWED,
        zh="{actor} 查看线索，共 {shown} 条",
        en="{actor} looked at the leads, {shown} of them",
        fields={"shown": "leads on the page"},
        label_zh="查看线索",
        label_en="Leads viewed",
    ),
    Kind(
        PAGE_VIEWED,
        zh="{actor} 查看{page}",
        en="{actor} looked at {page}",
        fields={"page": "cases or draws"},
        words={
            "page": {
                "cases": ("案卷列表", "the list of cases"),
                "draws": ("抽查列表", "the list of draws"),
            }
        },
        label_zh="查看页面",
        label_en="Page viewed",
    ),
    Kind(
        CASE_VIEWED,
        zh="{actor} 查看案卷 {subject}",
        en="{actor} looked at case {subject}",
        fields={},
        label_zh="查看案卷",
        label_en="Case viewed",
    ),
    Kind(
        UNMASKED,
        zh="{actor} 打开个人信息（{scope}），至 {open_until}",
        en="{actor} opened personal data ({scope}) until {open_until}",
        fields={
            "scope": "person (the learner of the record) or everybody",
            "open_until": "ISO time at which it is covered again",
            "reason_ref": "why, in words, kept beside the log as a label of kind 'words'",
        },
        words={"scope": {"person": ("一人", "one person"), "everybody": ("全部人员", "everybody")}},
        label_zh="打开个人信息",
        label_en="Personal data opened",
    ),
    Kind(
        REMASKED,
        zh="{actor} 重新遮盖个人信息",
        en="{actor} covered personal data again",
        fields={},
        label_zh="遮盖个人信息",
        label_en="Personal data covered",
    ),
    Kind(
        EXPORT_DOWNLOADED,
        zh="{actor} 下载导出的文件（{format}，{rows} 条）",
        en="{actor} downloaded an exported file ({format}, {rows} records)",
        fields={
            "export_uuid": "uuid of the export",
            "format": "csv, xlsx, parquet or pdf",
            "rows": "records in the file",
            "sha256": "SHA-256 of the file, hexadecimal",
        },
        words={"format": _FORMATS},
        label_zh="下载导出文件",
        label_en="Export downloaded",
    ),
    Kind(
        DRAW_COMMITTED,
        zh="{actor} 公布抽查名单（{population}，{size} 项，抽 {sample} 项）",
        en="{actor} published a list to draw from ({population}, {size} entries, {sample} to be drawn)",
        fields={
            "population": "learners, institutions, classes or list",
            "items": "the list: ids or codes, sorted, each once",
            "size": "how many entries",
            "sample": "how many are drawn",
            "list_hash": "SHA-256 of the list (analytics.domain.draw)",
            "seed_hash": "SHA-256 of the seed, which is opened after the next signed head",
        },
        words={
            "population": {
                "learners": ("学员", "learners"),
                "institutions": ("培训机构", "institutions"),
                "classes": ("课程", "classes"),
                "list": ("自拟名单", "a list of one's own"),
            }
        },
        units={"items": Unit.THING},
        label_zh="公布抽查名单",
        label_en="Draw committed",
    ),
    Kind(
        DRAW_REVEALED,
        zh="{actor} 开出种子，抽中：{drawn}",
        en="{actor} opened the seed; drawn: {drawn}",
        fields={
            "seed": "the seed, hexadecimal",
            "beacon": "root of the first signed head over the published list, hexadecimal",
            "beacon_size": "records under that head",
            "drawn": "the entries drawn, in the order of their lots",
        },
        units={"drawn": Unit.THING},
        label_zh="抽签结果",
        label_en="Drawn",
    ),
)
