"""What the house itself writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

register(
    Kind(
        "house.demo_loaded",
        zh="载入演示数据（第 {edition} 版，{learners} 名学员，{lessons} 课）",
        en="Demo data loaded (edition {edition}, {learners} learners, {lessons} lessons)",
        fields={
            "edition": "number of the demo data's edition",
            "learners": "how many learners it holds",
            "lessons": "how many lessons can be watched",
        },
        label_zh="载入演示数据",
        label_en="Demo data loaded",
    )
)
