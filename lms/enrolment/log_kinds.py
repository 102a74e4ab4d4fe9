"""What enrolment writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

register(
    Kind(
        "enrolment.learner_enrolled",
        label_zh="报名课程",
        label_en="Enrolled",
        zh="{learner} 报名课程《{course_title}》",
        en="{learner} enrolled in “{course_title}”",
        fields={"edition_uuid": "uuid of the course edition", "course_title": "title at that time"},
    )
)
register(
    Kind(
        "enrolment.learner_withdrawn",
        label_zh="退出课程",
        label_en="Withdrawn from a course",
        zh="{learner} 退出课程《{course_title}》",
        en="{learner} withdrew from “{course_title}”",
        fields={"edition_uuid": "uuid of the course edition", "course_title": "title at that time"},
    )
)
