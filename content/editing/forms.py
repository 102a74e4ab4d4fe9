"""Forms of the editors' side."""

from typing import Any

from django import forms
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from content.domain.outline import SECTION_OF_CATEGORY
from content.models import CourseEdition, SyllabusVersion

_CATEGORY_OF_SECTION = {section: category for category, section in SECTION_OF_CATEGORY.items()}


class EditionForm(WagtailAdminModelForm):  # type: ignore[misc]  # wagtail has no types
    """A draft edition with its lessons. What the course's topic says already is filled in, not asked again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("year", timezone.localdate().year)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        course = cleaned.get("course")
        if course is not None:
            topic = course.topic
            self.instance.topic = topic
            self.instance.category = _CATEGORY_OF_SECTION[topic.section]
            self.instance.post_code = topic.post_code
            if self.instance.pk is None or "course" in self.changed_data:
                newest = CourseEdition.objects.filter(course=course).exclude(pk=self.instance.pk)
                self.instance.number = (newest.aggregate(newest=Max("number"))["newest"] or 0) + 1
        return cleaned


class TopicForm(WagtailAdminModelForm):  # type: ignore[misc]  # wagtail has no types
    """A topic of a syllabus version that is still a draft."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = SyllabusVersion.objects.filter(state=SyllabusVersion.State.DRAFT)
        self.fields["version"].help_text = _("只能选编制中的版本；已备案的大纲不能再改")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        is_common = cleaned.get("section") == "common"
        if is_common and cleaned.get("post_code"):
            self.add_error("post_code", _("通用知识不属于某一个岗位，请留空。"))
        if cleaned.get("section") == "professional" and not cleaned.get("post_code"):
            self.add_error("post_code", _("专业知识要选岗位。"))
        return cleaned


class FilingForm(forms.Form):
    """The day on which the authority took the syllabus."""

    filed_on = forms.DateField(
        label=_("备案日期"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("主管部门受理备案的日期")
    )
