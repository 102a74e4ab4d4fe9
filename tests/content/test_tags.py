"""Small things the templates ask for."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from content.domain.posts import post
from content.templatetags.content_tags import picture_lines, post_kicker, post_name


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    """Whatever language an earlier request left behind."""
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("高支模的搭设与验收", ("高支模的搭设与验收",)),
        ("防水工程（GB 55030）", ("防水工程", "GB 55030")),
        ("危大工程：辨识、专项方案、论证与验收流程", ("危大工程", "辨识、专项方案、论证与验收流程")),
        ("施工现场安全卫生（GB 55034）逐条对照", ("施工现场安全卫生（GB 55034）逐条对照",)),
        ("（空）", ("（空）",)),
        ("", ("",)),
    ],
)
def test_a_title_is_cut_at_its_colon_or_bracket(title: str, lines: tuple[str, ...]) -> None:
    assert picture_lines(title) == lines


def test_what_stands_above_a_post() -> None:
    assert post_kicker(post("site_civil")) == "施工员"
    assert post_kicker(post("material")) == ""
    assert post_kicker(post("survey")) == "地方岗位"


def test_a_post_no_longer_listed_is_named_by_its_code() -> None:
    assert (post_name("survey"), post_name("old_post"), post_name(None)) == ("测量员", "old_post", "")
