"""What the catalogue writes into the learning log."""

from analytics.learning_log.kinds import Kind, register

_EDITION = {"edition_uuid": "uuid of the course edition"}
_DEEDS = {
    "create": ("新建", "made"),
    "edit": ("修改", "edited"),
    "publish": ("发布", "published"),
    "unpublish": ("撤下", "taken down"),
    "copy": ("复制", "copied"),
    "move": ("移动", "moved"),
    "delete": ("删除", "deleted"),
}
_COURSE = {"course_code": "code of the course", "course_title": "title at that time"}

register(
    Kind(
        "content.catalog_created",
        label_zh="建立目录",
        label_en="Catalogue made",
        zh="建立课程目录",
        en="The catalogue was made",
        fields={"slug": "its part of the address"},
    ),
    Kind(
        "content.post_page_created",
        label_zh="建立岗位页",
        label_en="Post page made",
        zh="建立岗位页 {post_code}",
        en="The page of post {post_code} was made",
        fields={"post_code": "code of the post"},
    ),
    Kind(
        "content.course_created",
        label_zh="建立课程",
        label_en="Course made",
        zh="建立课程《{course_title}》",
        en="Course “{course_title}” was made",
        fields={**_COURSE, "topic_code": "code of the syllabus topic"},
    ),
    Kind(
        "content.page_edited",
        zh="在后台{deed}页面“{title}”",
        en="Page “{title}” was {deed} in the admin",
        fields={
            "page_id": "id of the page",
            "title": "title at that time",
            "deed": "create, edit, publish, unpublish, copy, move, delete",
        },
        words={"deed": _DEEDS},
        label_zh="编辑页面",
        label_en="Page edited",
    ),
    Kind(
        "content.syllabus_imported",
        label_zh="导入大纲",
        label_en="Syllabus taken in",
        zh="导入大纲“{title}”，共 {topics} 个课题",
        en="Syllabus “{title}” was taken in, {topics} topics",
        fields={"syllabus_code": "code of the version", "title": "title at that time", "topics": "number of topics"},
    ),
    Kind(
        "content.syllabus_filed",
        label_zh="大纲备案",
        label_en="Syllabus filed",
        zh="大纲“{title}”备案，日期 {filed_on}",
        en="Syllabus “{title}” was filed on {filed_on}",
        fields={
            "syllabus_code": "code of the version",
            "title": "title at that time",
            "filed_on": "day, ISO 8601, in the regulator's time zone",
        },
    ),
    Kind(
        "content.edition_created",
        label_zh="新建版次",
        label_en="Edition begun",
        zh="课程《{edition_uuid}》新建第 {number} 版（草稿）",
        en="Edition {number} of “{edition_uuid}” was begun",
        fields={**_EDITION, "course_code": "code of the course", "number": "number of the edition"},
    ),
    Kind(
        "content.edition_edited",
        zh="在后台{deed}《{edition_uuid}》的一个版次",
        en="An edition of “{edition_uuid}” was {deed} in the admin",
        fields={**_EDITION, "deed": "create, edit, delete"},
        words={"deed": _DEEDS},
        label_zh="编辑课程版次",
        label_en="Edition edited",
    ),
    Kind(
        "content.lesson_added",
        label_zh="加入课时",
        label_en="Lesson added",
        zh="《{edition_uuid}》的一个版次加入课时“{title}”",
        en="Lesson “{title}” was added to an edition of “{edition_uuid}”",
        fields={**_EDITION, "lesson_uuid": "uuid of the lesson", "title": "title at that time"},
    ),
    Kind(
        "content.edition_published",
        label_zh="发布版次",
        label_en="Edition published",
        zh="发布课程《{course_title}》第 {number} 版，申报 {declared_hours} 学时",
        en="Edition {number} of “{course_title}” was published, declaring {declared_hours} hours",
        fields={
            **_EDITION,
            **_COURSE,
            "number": "number of the edition",
            "category": "general or professional",
            "post_code": "code of the post; empty for the general category",
            "topic_id": "id of the syllabus topic",
            "declared_hours": "学时, decimal text",
            "minutes_per_hour": "video minutes in one 学时",
            "lessons": "in order: lesson_uuid, video_id, duration_ms",
        },
    ),
    Kind(
        "content.edition_withdrawn",
        label_zh="停用版次",
        label_en="Edition withdrawn",
        zh="停用课程《{course_title}》第 {number} 版",
        en="Edition {number} of “{course_title}” was withdrawn",
        fields={**_EDITION, **_COURSE, "number": "number of the edition"},
    ),
)
