"""Captions are read strictly: every fault has its place, and nothing is lost in silence."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from player.domain.cue_text import TextFault
from player.domain.webvtt import (
    MOST_BYTES,
    MOST_CUES,
    MOST_PROBLEMS,
    CaptionsRefused,
    Cue,
    Fault,
    Field,
    Problem,
    Source,
    TypedCue,
    read,
    write,
)

LENGTH = 60_000
ONE = "00:01.000 --> 00:02.000\n一\n"
FIRST = (Cue(1_000, 2_000, "一"),)


def problems_of(source: Source, length_ms: int = LENGTH) -> tuple[Problem, ...]:
    with pytest.raises(CaptionsRefused) as refused:
        read(source, length_ms=length_ms)
    return refused.value.problems


@pytest.mark.parametrize(
    "source",
    [
        f"WEBVTT\n\n{ONE}",
        f"WEBVTT\n\n{ONE}".encode(),
        f"\ufeffWEBVTT\n\n{ONE}".encode(),
        f"WEBVTT\n\nNOTE 高支模的搭设与验收\n\n{ONE}".encode("gb18030"),
        f"WEBVTT\r\n\r\n{ONE}".replace("\n", "\r\n").replace("\r\r", "\r"),
        f"WEBVTT\n\n{ONE}".replace("\n", "\r"),
        f"WEBVTT - 字幕\nKind: captions\nLanguage: zh\n\n{ONE}",
        f"WEBVTT\n{ONE}",
        f"WEBVTT\n\nNOTE 说明\n第二行\n\n{ONE}",
        f"WEBVTT\n\nNOTE\n\nchapter 1\n{ONE}",
        "WEBVTT\n\n00:00:01.000\t-->  00:00:02.000 align:start position:10%,line-left\n 一 ",
        "WEBVTT\n \t\n \n00:01.000 --> 00:02.000\n一\n\n\n\n",
        "1\n00:00:01,000 --> 00:00:02,000\n一\n",
        "\n\n1\r\n00:00:01,000 --> 00:00:02,000 X1:10 X2:20 Y1:3 Y2:4\r\n一\r\n\r\n",
        "00:00:01,000 --> 00:00:02,000\n<font color=red>一</font>",
        [TypedCue("1", "0:02", "一")],
        [TypedCue("00:00:01.000", "00:00:02,000", "一\r\n")],
    ],
)
def test_captions_are_read(source: Source) -> None:
    assert read(source, length_ms=LENGTH) == FIRST


def test_srt_from_a_chinese_windows_is_read() -> None:
    text = "1\r\n00:00:01,000 --> 00:00:02,000\r\n立杆底部与扫地杆\r\n"
    assert read(text.encode("gb18030"), length_ms=LENGTH) == (Cue(1_000, 2_000, "立杆底部与扫地杆"),)


def test_captions_may_overlap_and_the_last_one_is_cut_at_the_end() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:05.000\n甲\n\n00:01.000 --> 00:03.000\n乙\n\n00:59.000 --> 01:00.900\n丙"
    assert read(text, length_ms=LENGTH) == (Cue(1_000, 5_000, "甲"), Cue(1_000, 3_000, "乙"), Cue(59_000, 60_000, "丙"))


P = Problem
FAULTS: list[tuple[str, str, list[Problem]]] = [
    ("empty", "", [P(Fault.NO_HEADER, line=1)]),
    ("prose", "今天讲高支模", [P(Fault.NO_HEADER, line=1)]),
    ("header run together", f"WEBVTTX\n\n{ONE}", [P(Fault.NO_HEADER, line=1)]),
    ("header late", f"\nWEBVTT\n\n{ONE}", [P(Fault.NO_HEADER, line=1)]),
    ("nothing but a header", "WEBVTT", [P(Fault.NO_CUES)]),
    ("nothing but comments", "WEBVTT\n\nNOTE 无", [P(Fault.NO_CUES)]),
    ("shifted by a map", f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0\n\n{ONE}", [P(Fault.TIME_MAP, line=2)]),
    ("a style sheet", f"WEBVTT\n\nSTYLE\n::cue {{}}\n\n{ONE}", [P(Fault.BLOCK_NOT_ALLOWED, line=3, detail="STYLE")]),
    ("a region", f"WEBVTT\n\nREGION\nid:a\n\n{ONE}", [P(Fault.BLOCK_NOT_ALLOWED, line=3, detail="REGION")]),
    ("text without times", f"WEBVTT\n\n只有文字\n\n{ONE}", [P(Fault.NO_TIMES, line=3, cue=1)]),
    ("text torn from its times", f"WEBVTT\n\n{ONE}\n还有一行", [P(Fault.NO_TIMES, line=6, cue=2)]),
    ("one-digit times", "WEBVTT\n\n0:1 --> 0:2\n一", [P(Fault.BAD_TIMES, line=3, cue=1)]),
    ("61 seconds", "WEBVTT\n\n00:61.000 --> 00:62.000\n一", [P(Fault.BAD_TIMES, line=3, cue=1)]),
    ("negative", "WEBVTT\n\n-00:01.000 --> 00:02.000\n一", [P(Fault.BAD_TIMES, line=3, cue=1)]),
    ("two decimals", "WEBVTT\n\n00:01.00 --> 00:02.00\n一", [P(Fault.BAD_TIMES, line=3, cue=1)]),
    ("other digits", "WEBVTT\n\n００:０１.０００ --> 00:02.000\n一", [P(Fault.BAD_TIMES, line=3, cue=1)]),
    ("arrow without blanks", "WEBVTT\n\n00:01.000-->00:02.000\n一", [P(Fault.BAD_TIMES, line=3, cue=1)]),
    (
        "unknown setting",
        "WEBVTT\n\n00:01.000 --> 00:02.000 onload:x() align:start\n一",
        [P(Fault.BAD_SETTING, line=3, cue=1, detail="onload:x()")],
    ),
    (
        "no empty line between",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n一\n00:02.000 --> 00:03.000\n二",
        [P(Fault.ARROW_IN_TEXT, line=5, cue=1, field=Field.TEXT)],
    ),
    ("no text", "WEBVTT\n\n00:01.000 --> 00:02.000\n", [P(TextFault.EMPTY_TEXT, line=4, cue=1, field=Field.TEXT)]),
    (
        "a script",
        f"WEBVTT\n\n{ONE}\n00:02.000 --> 00:03.000\n<script>x</script>",
        [P(TextFault.TAG_NOT_ALLOWED, line=7, cue=2, field=Field.TEXT, detail="script")],
    ),
    (
        "backwards",
        "WEBVTT\n\n00:05.000 --> 00:05.000\n一",
        [P(Fault.ENDS_BEFORE_START, line=3, cue=1, field=Field.END)],
    ),
    (
        "out of order",
        "WEBVTT\n\n00:05.000 --> 00:06.000\n一\n\n00:04.999 --> 00:06.000\n二",
        [P(Fault.OUT_OF_ORDER, line=6, cue=2, field=Field.START, detail="00:00:05.000")],
    ),
    (
        "after the end",
        "WEBVTT\n\n01:00.000 --> 01:00.500\n一",
        [P(Fault.BEYOND_END, line=3, cue=1, field=Field.START, detail="00:01:00.000")],
    ),
    (
        "far over the end",
        "WEBVTT\n\n00:59.000 --> 01:01.001\n一",
        [P(Fault.BEYOND_END, line=3, cue=1, field=Field.END, detail="00:01:00.000")],
    ),
    (
        "too long",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "长" * 1001,
        [P(Fault.TEXT_TOO_LONG, line=4, cue=1, field=Field.TEXT)],
    ),
    ("SRT without empty lines", "1\n00:00:01,000 --> 00:00:02,000\n一\n2\n00:00:03,000 --> 00:00:04,000\n二",
     [P(Fault.ARROW_IN_TEXT, line=5, cue=1, field=Field.TEXT)]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_a_fault_has_its_place(source: str, expected: list[Problem]) -> None:
    assert list(problems_of(source)) == expected


def test_rows_of_a_table_are_named_by_their_number() -> None:
    rows = [
        TypedCue("1", "2", "一"),
        TypedCue("bald", "", "二"),
        TypedCue("3", "4", "a --> b"),
        TypedCue("5", "6", "\x00"),
        TypedCue("7", "8", "\ud800"),
        TypedCue("9", "10", " "),
    ]
    assert [(p.fault, p.cue, p.field) for p in problems_of(rows)] == [
        (Fault.BAD_START, 2, Field.START),
        (Fault.BAD_END, 2, Field.END),
        (Fault.ARROW_IN_TEXT, 3, Field.TEXT),
        (Fault.BAD_CHARACTER, 4, Field.TEXT),
        (Fault.BAD_CHARACTER, 5, Field.TEXT),
        (TextFault.EMPTY_TEXT, 6, Field.TEXT),
    ]


HOSTILE: list[tuple[str, Source, Fault]] = [
    ("NUL", b"WEBVTT\n\n00:01.000 --> 00:02.000\na\x00b", Fault.NOT_TEXT),
    ("escape sequences", "WEBVTT\n\n00:01.000 --> 00:02.000\n\x1b[31m", Fault.NOT_TEXT),
    ("half a pair", "WEBVTT\n\n00:01.000 --> 00:02.000\n\ud800", Fault.NOT_TEXT),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), Fault.NOT_TEXT),
    ("a photograph", b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)), Fault.NOT_TEXT),
    ("an archive", b"PK\x03\x04" + bytes(1000), Fault.NOT_TEXT),
    ("UTF-16", f"WEBVTT\n\n{ONE}".encode("utf-16"), Fault.NOT_TEXT),
    ("damaged UTF-8", f"WEBVTT\n\nNOTE 高支模\n\n{ONE}".encode()[:-2], Fault.NOT_TEXT),
    ("10 MB", b"WEBVTT\n\n" + b"a" * 10 * 1024 * 1024, Fault.TOO_LARGE),
    ("1 MB of GB 18030 that grows past it", b"WEBVTT\n\n" + "长".encode("gb18030") * 400_000, Fault.TOO_LARGE),
    ("rows of 2 MB", [TypedCue("1", "2", "a" * MOST_BYTES), TypedCue("1", "2", "b")], Fault.TOO_LARGE),
    ("too many", "WEBVTT\n\n" + "00:01.000 --> 00:02.000\na\n\n" * (MOST_CUES + 1), Fault.TOO_MANY),
    ("too many rows", [TypedCue("1", "2", "a")] * (MOST_CUES + 1), Fault.TOO_MANY),
    ("blanks", " " * MOST_BYTES, Fault.NO_HEADER),
    ("empty lines", "WEBVTT" + "\n" * (MOST_BYTES - 6), Fault.NO_CUES),
    ("digits", "1" * MOST_BYTES, Fault.NO_HEADER),
    ("one long line", "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<b" * 500_000, Fault.TEXT_TOO_LONG),
    ("one long line of times", "WEBVTT\n\n00:01.000" + " " * 1_000_000 + "--> x", Fault.BAD_TIMES),
    ("arrows", "WEBVTT\n\n" + "-->\n" * 250_000, Fault.BAD_TIMES),
    ("a million blocks", "WEBVTT\n\n" + "a\n\n" * 340_000, Fault.NO_TIMES),
    ("separators that are no line ends", "WEBVTT\u2028\u2028" + ONE.replace("\n", "\u2028"), Fault.NO_HEADER),
]  # fmt: skip


@pytest.mark.parametrize(("source", "fault"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_file_is_refused_at_once(source: Source, fault: Fault) -> None:
    begun = time.process_time()
    problems = problems_of(source)
    assert time.process_time() - begun < 2
    assert problems[0].fault == fault
    assert len(problems) <= MOST_PROBLEMS


def test_the_largest_captions_are_taken() -> None:
    text = "WEBVTT\n\n" + "00:01.000 --> 00:02.000\n字幕\n\n" * MOST_CUES
    assert len(read(text, length_ms=LENGTH)) == MOST_CUES


CUES = st.lists(
    st.tuples(
        st.integers(0, LENGTH - 2),
        st.integers(1, 5_000),
        st.sampled_from(["一", "甲\n乙", "a &lt; b", "<v 张>停</v>", "NOTE"]),
    ),
    min_size=1,
    max_size=20,
)


@given(CUES)
def test_what_is_written_is_read_back(drawn: list[tuple[int, int, str]]) -> None:
    cues = tuple(Cue(start, min(start + long, LENGTH), text) for start, long, text in sorted(drawn))
    written = write(cues)
    assert read(written, length_ms=LENGTH) == cues
    assert read(written.encode(), length_ms=LENGTH) == cues
