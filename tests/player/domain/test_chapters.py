"""Chapters as typed rows: sorted, unique, inside the video."""

import pytest

from player.domain.chapters import (
    MOST_CHAPTERS,
    Chapter,
    ChapterFault,
    ChapterProblem,
    ChaptersRefused,
    TypedChapter,
    read,
)

LENGTH = 60_000
T = TypedChapter


def test_chapters_are_sorted_and_blank_rows_are_none() -> None:
    rows = [T("0:30", " 验收 "), T("", " "), T("0", "荷载"), T("59.999", "小结")]
    assert read(rows, length_ms=LENGTH) == (Chapter(0, "荷载"), Chapter(30_000, "验收"), Chapter(59_999, "小结"))


@pytest.mark.parametrize("rows", [[], [T("", "")], [T(" ", "\n")] * 1000])
def test_no_chapters_are_right_too(rows: list[TypedChapter]) -> None:
    assert read(rows, length_ms=LENGTH) == ()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([T("soon", "甲")], [ChapterProblem(ChapterFault.BAD_START, 1, "start")]),
        ([T("", "甲")], [ChapterProblem(ChapterFault.BAD_START, 1, "start")]),
        ([T("60", "甲")], [ChapterProblem(ChapterFault.BEYOND_END, 1, "start")]),
        ([T("", ""), T("1", "甲"), T("0:01.000", "乙")], [ChapterProblem(ChapterFault.SAME_START, 3, "start")]),
        ([T("1", " ")], [ChapterProblem(ChapterFault.NO_TITLE, 1, "title")]),
        ([T("1", "长" * 101)], [ChapterProblem(ChapterFault.TITLE_TOO_LONG, 1, "title")]),
        ([T("1", "甲\n乙")], [ChapterProblem(ChapterFault.BAD_CHARACTER, 1, "title")]),
        ([T("1", "甲\x00")], [ChapterProblem(ChapterFault.BAD_CHARACTER, 1, "title")]),
        ([T("1", "\ud800")], [ChapterProblem(ChapterFault.BAD_CHARACTER, 1, "title")]),
        (
            [T("x", ""), T("1", "")],
            [
                ChapterProblem(ChapterFault.BAD_START, 1, "start"),
                ChapterProblem(ChapterFault.NO_TITLE, 1, "title"),
                ChapterProblem(ChapterFault.NO_TITLE, 2, "title"),
            ],
        ),
        ([T(str(n), "甲") for n in range(MOST_CHAPTERS + 1)], [ChapterProblem(ChapterFault.TOO_MANY)]),
    ],
)
def test_each_fault_has_its_row(rows: list[TypedChapter], expected: list[ChapterProblem]) -> None:
    with pytest.raises(ChaptersRefused) as refused:
        read(rows, length_ms=LENGTH)
    assert list(refused.value.problems) == expected
