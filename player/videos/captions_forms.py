"""What an editor of captions and chapters sends, as typed values. Whether it can be kept, the domain decides."""

import json
from dataclasses import astuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from player.domain.chapters import MOST_CHAPTERS, TypedChapter
from player.domain.webvtt import TypedCue
from player.videos.captions_models import Language

CUE_PARTS = 3  # start, end, text


class BadRows(ValueError):
    """The rows of the table did not come from our page."""


class CaptionUploadForm(forms.Form):
    """A language and a file."""

    language = forms.ChoiceField(label=_("语言"), choices=Language.choices)
    file = forms.FileField(
        label=_("字幕文件"),
        allow_empty_file=True,
        max_length=500,
        help_text=_("WebVTT（.vtt）或 SRT（.srt），不超过 1 MB。同一语言已有字幕时，保存为新版本。"),
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
    )


def typed_cues(text: str) -> tuple[TypedCue, ...]:
    """Return the rows of the table, sent as JSON `[[start, end, text], …]`. Raises BadRows."""
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):  # thousands of brackets
        raise BadRows from None
    if not isinstance(rows, list):
        raise BadRows
    return tuple(_typed_cue(row) for row in rows)


def cue_rows(cues: tuple[TypedCue, ...]) -> list[list[str]]:
    """Return the rows as they are sent to the page, the other way round."""
    return [list(astuple(cue)) for cue in cues]


def typed_chapters(data: QueryDict) -> tuple[TypedChapter, ...]:
    """Return the rows of the form: the n-th `start` belongs to the n-th `title`. Raises BadRows."""
    starts, titles = data.getlist("start"), data.getlist("title")
    if len(starts) != len(titles) or len(starts) > 2 * MOST_CHAPTERS:
        raise BadRows
    return tuple(TypedChapter(start, title) for start, title in zip(starts, titles, strict=True))


def _typed_cue(row: object) -> TypedCue:
    if not (isinstance(row, list) and len(row) == CUE_PARTS and all(isinstance(part, str) for part in row)):
        raise BadRows
    return TypedCue(*row)
