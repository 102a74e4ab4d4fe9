"""What this room writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

_CLAIM = {"claim_uuid": "uuid of the claim", "claim_kind": "code of what is claimed"}
_DECIDED = {**_CLAIM, "reason": "why, in words"}
_HOURS = {"hours": "学时 as decimal text"}

register(
    Kind(
        "reviews.claim_submitted",
        zh="{learner} 提交学时申报：{hours} 学时",
        en="{learner} submitted a claim of {hours} h",
        fields={**_CLAIM, **_HOURS, "evidence": "SHA-256 of each file, in order"},
        label_zh="提交学时申报",
        label_en="Claim submitted",
    ),
    Kind(
        "reviews.claim_withdrawn",
        zh="{learner} 撤回学时申报",
        en="{learner} withdrew a claim",
        fields=_CLAIM,
        label_zh="撤回学时申报",
        label_en="Claim withdrawn",
    ),
    Kind(
        "reviews.claim_passed",
        zh="初审通过 {learner} 的申报：{hours} 学时，待另一人复审（{reason}）",
        en="A claim of {learner} passed the first review: {hours} h, another person must agree ({reason})",
        fields={**_DECIDED, **_HOURS},
        label_zh="申报初审通过",
        label_en="Claim passed first review",
    ),
    Kind(
        "reviews.claim_accepted",
        zh="认定 {learner} 的申报：{hours} 学时（{reason}）",
        en="A claim of {learner} was accepted: {hours} h ({reason})",
        fields={**_DECIDED, **_HOURS},
        label_zh="申报已认定",
        label_en="Claim accepted",
    ),
    Kind(
        "reviews.claim_returned",
        zh="退回 {learner} 的申报：{reason}",
        en="A claim of {learner} was sent back: {reason}",
        fields=_DECIDED,
        label_zh="申报退回修改",
        label_en="Claim returned",
    ),
    Kind(
        "reviews.claim_rejected",
        zh="{learner} 的申报未通过：{reason}",
        en="A claim of {learner} was rejected: {reason}",
        fields=_DECIDED,
        label_zh="申报未通过",
        label_en="Claim rejected",
    ),
    Kind(
        "reviews.claim_appealed",
        zh="{learner} 对申报的决定提出申诉：{reason}",
        en="{learner} appealed against the decision on a claim: {reason}",
        fields=_DECIDED,
        label_zh="申报申诉",
        label_en="Claim appealed",
    ),
    Kind(
        "reviews.evidence_added",
        zh="上传证明材料（{content_type}，指纹 {sha256}）",
        en="Evidence was uploaded ({content_type}, fingerprint {sha256})",
        fields={
            "evidence_uuid": "uuid of the file",
            "sha256": "SHA-256 of its bytes, hexadecimal",
            "content_type": "by its content",
            "size_bytes": "length",
        },
        words={
            "content_type": {
                "application/pdf": ("PDF 文件", "PDF file"),
                "image/jpeg": ("JPEG 图片", "JPEG picture"),
                "image/png": ("PNG 图片", "PNG picture"),
                "image/webp": ("WebP 图片", "WebP picture"),
            }
        },
        label_zh="上传证明材料",
        label_en="Evidence added",
    ),
    Kind(
        "reviews.evidence_removed",
        zh="撤下证明材料",
        en="Evidence was taken back",
        fields={"evidence_uuid": "uuid of the file"},
        label_zh="撤下证明材料",
        label_en="Evidence removed",
    ),
    Kind(
        "reviews.kind_changed",
        zh="修改{rule_set_code}的申报种类“{claim_kind}”：每单位 {hours_per_unit} 学时（{reason}）",
        en="The claim kind “{claim_kind}” of {rule_set_code} was changed: {hours_per_unit} h a unit ({reason})",
        fields={
            "rule_set_code": "code of the rule set",
            "claim_kind": "code of the kind",
            "hours_per_unit": "学时 as decimal text; 0 = no number laid down",
            "most_hours": "the same, at most; empty = no limit",
            "second_from_hours": "the same, from which a second reviewer must look; empty = never",
            "is_open": "may it be claimed?",
            "reason": "why, in words",
        },
        label_zh="修改申报种类",
        label_en="Claim kind changed",
    ),
)
