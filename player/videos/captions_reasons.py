"""What is wrong with captions or chapters, as sentences for the person who wrote them: where, what, and what to do."""

from collections.abc import Callable

from django.utils.translation import gettext

from player.domain import chapters, webvtt
from player.domain.chapters import ChapterFault, ChapterProblem
from player.domain.cue_text import TextFault
from player.domain.webvtt import Fault, Problem


def sentence(problem: Problem) -> str:
    """Return a problem in the reader's language, beginning with its line or caption where it has one."""
    said = _SENTENCES[problem.fault]() % {"detail": problem.detail}
    if problem.line:
        return gettext("第 %(line)d 行：%(said)s") % {"line": problem.line, "said": said}
    if problem.cue:
        return gettext("第 %(cue)d 条：%(said)s") % {"cue": problem.cue, "said": said}
    return said


def bare_sentence(problem: Problem) -> str:
    """Return a problem without its place, to stand beside the field."""
    return _SENTENCES[problem.fault]() % {"detail": problem.detail}


def chapter_sentence(problem: ChapterProblem) -> str:
    """Return a problem in the reader's language, to stand beside the field."""
    return _CHAPTER_SENTENCES[problem.fault]()


# Functions, so that the language is the reader's and not that of the start.
_SENTENCES: dict[Fault | TextFault, Callable[[], str]] = {
    Fault.TOO_LARGE: lambda: gettext("字幕超过 1 MB 的上限。请确认选的是字幕文件，或分成几个视频。"),
    Fault.NOT_TEXT: lambda: gettext(
        "这不是可识别的文本文件：只能用 UTF-8 或 GB18030 编码，且不含控制字符。请用记事本另存为 UTF-8 后重新上传。"
    ),
    Fault.NO_HEADER: lambda: gettext("看不出是 WebVTT 或 SRT 字幕。WebVTT 的第一行必须是 WEBVTT。"),
    Fault.NO_CUES: lambda: gettext("里面没有一条字幕。请至少写一条；如要去掉字幕，请用“移除”。"),
    Fault.TOO_MANY: lambda: gettext("字幕超过 %(most)d 条的上限。请合并过短的字幕。") % {"most": webvtt.MOST_CUES},
    Fault.TIME_MAP: lambda: gettext(
        "不支持 X-TIMESTAMP-MAP（时间整体偏移）。请删除这一行，并把时间改为从视频开头算起。"
    ),
    Fault.BLOCK_NOT_ALLOWED: lambda: gettext("不支持 %(detail)s 块（样式和区域由播放器决定）。请删除这一块。"),
    Fault.NO_TIMES: lambda: gettext(
        "这段文字没有时间。请在上面加一行“开始 --> 结束”；如属于上一条，请删掉中间的空行。"
    ),
    Fault.BAD_TIMES: lambda: gettext("时间写法不对。请写成 00:01:02.500 --> 00:01:05.000，箭头两边各留一个空格。"),
    Fault.BAD_SETTING: lambda: gettext("时间后面的“%(detail)s”不是 WebVTT 的设置。请删除。"),
    Fault.ARROW_IN_TEXT: lambda: gettext("文字里有 -->。如是下一条字幕，请在它前面空一行；否则请换个写法。"),
    Fault.TEXT_TOO_LONG: lambda: gettext("一条字幕超过 %(most)d 个字。请拆成几条。") % {"most": webvtt.MOST_CHARACTERS},
    Fault.BAD_CHARACTER: lambda: gettext("文字里有看不见的控制字符。请删掉后重新输入。"),
    Fault.BAD_START: lambda: gettext("开始时间写法不对。请写成 1:02.500 或 00:01:02.500。"),
    Fault.BAD_END: lambda: gettext("结束时间写法不对。请写成 1:05.000 或 00:01:05.000。"),
    Fault.ENDS_BEFORE_START: lambda: gettext("结束时间必须晚于开始时间。请改其中一个。"),
    Fault.OUT_OF_ORDER: lambda: gettext("开始时间早于上一条（%(detail)s）。请按时间先后排列。"),
    Fault.BEYOND_END: lambda: gettext("超出了视频的结尾（%(detail)s）。请检查时间，或确认字幕属于这个视频。"),
    TextFault.EMPTY_TEXT: lambda: gettext("没有文字。请填写，或删除这一条。"),
    TextFault.TAG_NOT_ALLOWED: lambda: gettext(
        "不能用标记 <%(detail)s>，只能用 <b>、<i>、<u> 和 <v 说话人>。请删除；如是小于号，请写成 &lt;。"
    ),
    TextFault.TAG_NOT_CLOSED: lambda: gettext("标记 <%(detail)s> 没有成对或互相交叉。请补上或删除。"),
    TextFault.NO_SPEAKER: lambda: gettext("标记 <v> 里没有说话人。请写成 <v 张工>，或删除。"),
}

_CHAPTER_SENTENCES: dict[ChapterFault, Callable[[], str]] = {
    ChapterFault.TOO_MANY: lambda: (
        gettext("章节超过 %(most)d 个的上限。请合并一些。") % {"most": chapters.MOST_CHAPTERS}
    ),
    ChapterFault.BAD_START: lambda: gettext("开始时间写法不对。请写成 1:02 或 00:01:02.500。"),
    ChapterFault.BEYOND_END: lambda: gettext("开始时间在视频结尾之后。请改早一些。"),
    ChapterFault.SAME_START: lambda: gettext("上面已有一章从这个时间开始。请改其中一个。"),
    ChapterFault.NO_TITLE: lambda: gettext("没有标题。请填写，或清空这一行。"),
    ChapterFault.TITLE_TOO_LONG: lambda: (
        gettext("标题超过 %(most)d 个字。请缩短。") % {"most": chapters.MOST_CHARACTERS}
    ),
    ChapterFault.BAD_CHARACTER: lambda: gettext("标题里有看不见的控制字符。请删掉后重新输入。"),
}
