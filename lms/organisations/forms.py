"""What an administrator pastes, and what anybody of an authority asks, as clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.organisations.domain.notice_reading import BadNotice
from lms.organisations.domain.notice_text import LONGEST_TEXT, read_notice_text
from lms.organisations.domain.working_days import Notice
from lms.organisations.sentences import notice_sentences

LONGEST_PERIOD_DAYS = 250


class NoticeForm(forms.Form):
    """The text of a notice, pasted or as a text file. After is_valid(), `notice` is what it says."""

    text = forms.CharField(
        label=_("通知正文"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("从标题到落款日期，原样粘贴。"),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    file = forms.FileField(label=_("或者上传文本文件"), required=False, help_text=_("UTF-8 文本，不超过 64 KB。"))
    number = forms.CharField(label=_("文号"), required=False, max_length=60, help_text=_("正文里没有文号时填写。"))

    largest_file_bytes = 64 * 1024
    notice: Notice

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        text = cleaned.get("text") or self._text_of(cleaned.get("file"))
        if not text:
            raise forms.ValidationError(_("请粘贴通知正文，或上传文本文件。"))
        cleaned["text"] = text
        try:
            self.notice = read_notice_text(text, number=cleaned.get("number") or "")
        except BadNotice as error:
            raise forms.ValidationError(notice_sentences(error)) from None
        return cleaned

    def _text_of(self, file: Any) -> str:
        if file is None:
            return ""
        if file.size > self.largest_file_bytes:
            raise forms.ValidationError(_("文件太大。请只上传通知正文的文本。"))
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("这不是 UTF-8 文本文件。请改为粘贴正文。")) from None


class PeriodForm(forms.Form):
    """A question to the calendar."""

    start = forms.DateField(label=_("起算的日子"), widget=forms.DateInput(attrs={"type": "date"}))
    days = forms.IntegerField(label=_("工作日"), min_value=0, max_value=LONGEST_PERIOD_DAYS)
    backward = forms.BooleanField(label=_("往前数"), required=False)
