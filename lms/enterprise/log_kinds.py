"""What this room writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

_TRAINING = {"training_uuid": "uuid of the training", "source": "session or sheet"}
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
