"""Why a video was refused, as a sentence for the person who uploaded it: what is wrong, and what to do now."""

from django.utils.translation import gettext

from player.domain.source import Limits, Refusal


def sentence(code: str, limits: Limits) -> str:
    """Return the reason in the reader's language; the empty text for the empty code."""
    if not code:
        return ""
    return _sentences(limits)[Refusal(code)]


def readable_bytes(length: int) -> str:
    """Return a length for people, in binary units, never rounded up past a limit.

    >>> readable_bytes(4 * 1024**3), readable_bytes(1536), readable_bytes(900)
    ('4 GB', '1.5 KB', '900 B')
    """
    unit, power = next(((name, p) for name, p in (("GB", 3), ("MB", 2), ("KB", 1)) if length >= 1024**p), ("B", 0))
    tenths = 10 * length // 1024**power
    return f"{tenths // 10}.{tenths % 10} {unit}" if tenths % 10 else f"{tenths // 10} {unit}"


def _sentences(limits: Limits) -> dict[Refusal, str]:
    return {
        Refusal.EMPTY: gettext("文件是空的（0 字节）。请检查原文件后重新上传。"),
        Refusal.TOO_LARGE: gettext("文件超过 %(most)s 的上限。请压缩或分段后再上传。")
        % {"most": readable_bytes(limits.bytes)},
        Refusal.NOT_VIDEO: gettext(
            "这不是可识别的视频文件（按内容判断，与文件名无关）。请上传 MP4、MOV、MKV、WebM、TS、AVI 或 FLV 视频。"
        ),
        Refusal.BROKEN: gettext("文件已损坏或不完整，无法读到结尾。请确认原文件能正常播放，再重新上传。"),
        Refusal.NO_PICTURE: gettext("文件里只有声音，没有画面。请上传带画面的视频。"),
        Refusal.UNKNOWN_CODEC: gettext("画面的编码无法识别。请用 H.264 编码重新导出后上传。"),
        Refusal.TOO_MANY_STREAMS: gettext("文件里的轨道超过 %(most)d 条。请只保留一条画面和一条声音后重新导出。")
        % {"most": limits.streams},
        Refusal.PICTURE_TOO_LARGE: gettext("画面尺寸过大。请用不超过 4096×2304 的尺寸重新导出。"),
        Refusal.PICTURE_TOO_SMALL: gettext("画面尺寸过小，任一边不得少于 %(least)d 像素。请换用更清晰的视频。")
        % {"least": limits.least_side},
        Refusal.FRAME_RATE: gettext("帧率异常，超过每秒 %(most)d 帧。请用每秒 25 或 30 帧重新导出。")
        % {"most": limits.frames_per_second},
        Refusal.TOO_LONG: gettext("时长超过 %(most)d 分钟的上限。请分成几课上传。")
        % {"most": limits.duration_ms // 60_000},
        Refusal.TOO_SHORT: gettext("时长不足 1 秒，不能作为课程视频。请检查原文件后重新上传。"),
        Refusal.TOO_COSTLY: gettext("处理这个文件超出了时间或内存限额。请重试；若仍失败，请降低尺寸或分段后上传。"),
        Refusal.NO_SPACE: gettext("服务器存储空间不足，暂时无法处理。文件已保留，请联系管理员后重试。"),
        Refusal.INTERRUPTED: gettext("处理多次被中断，已停止自动重试。文件已保留，请稍后重试。"),
        Refusal.INTERNAL: gettext("系统出错，未能处理完。文件已保留，请重试；若仍失败，请联系管理员。"),
    }
