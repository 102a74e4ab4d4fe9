"""What enrolment writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

register(
    Kind(
        "enrolment.learner_enrolled",
        zh="学员报名课程《{course_title}》",
        en="The learner enrolled in “{course_title}”",
        fields={"edition_uuid": "uuid of the course edition", "course_title": "title at that time"},
    )
)
register(
    Kind(
        "enrolment.learner_withdrew",
        zh="学员退出课程版本 {edition_uuid}",
        en="The learner withdrew from course edition {edition_uuid}",
        fields={"edition_uuid": "uuid of the course edition"},
    )
)
