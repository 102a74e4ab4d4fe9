"""The list of posts."""

import pytest

from content.domain.posts import NATIONAL_POSTS, POSTS, UnknownPost, post, post_choices


def test_there_are_21_posts_and_13_of_them_are_national() -> None:
    assert len(POSTS) == 21
    assert [p.national_number for p in NATIONAL_POSTS] == [f"N-{n:02d}" for n in range(1, 14)]


def test_every_place_in_chongqings_list_is_taken_once() -> None:
    assert sorted(p.chongqing_number for p in POSTS) == [f"CQ-{n:02d}" for n in range(1, 22)]


def test_codes_and_slugs_name_one_post_each() -> None:
    assert len({p.code for p in POSTS}) == len({p.slug for p in POSTS}) == len(post_choices()) == 21


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownPost):
        post("director")
