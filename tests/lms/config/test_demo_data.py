"""The demo's data files hold together: before anything is rendered or stored."""

from collections import Counter
from datetime import date

import pytest

from content.domain.posts import NATIONAL_POSTS
from lms.accounts.domain.id_document import check_resident_id
from lms.config.demo import captions, data
from lms.organisations.domain.credit_code import check_credit_code
from player.domain.chapters import read as read_chapters
from player.domain.webvtt import read

TODAY = date(2026, 11, 20)


def test_every_national_post_has_twelve_topics_of_two_hours_and_ten_are_common() -> None:
    by_post = Counter(topic.post for topic in data.topics())
    expected: dict[str | None, int] = {post.code: 12 for post in NATIONAL_POSTS}
    assert by_post == {**expected, None: 10}
    assert {topic.hours for topic in data.topics()} == {2}


def test_codes_of_topics_are_different() -> None:
    codes = [topic.code for topic in data.topics()]
    assert len(codes) == len(set(codes))


def test_films_last_one_to_three_minutes_and_belong_to_a_topic() -> None:
    codes = {topic.code for topic in data.topics()}
    for film in data.films():
        assert 60 <= film.seconds <= 180, film.title
        assert film.topic_code in codes


@pytest.mark.parametrize("learner", data.learners(TODAY), ids=lambda learner: learner.username)
def test_a_learner_is_fictional_and_has_something_to_watch(learner: data.DemoLearner) -> None:
    assert "虚构" in learner.name
    assert check_resident_id(learner.id_number, fictional_allowed=True, today=TODAY)
    assert learner.id_number.startswith("990000")
    assert learner.phone.startswith("120")
    assert set(learner.enrolled) & {film.topic_code for film in data.films()}


def test_learners_work_for_organisations_that_exist() -> None:
    known = {organisation.id for organisation in data.organisations()}
    assert {learner.org for learner in data.learners(TODAY) if learner.org} <= known
    assert {member.org for member in data.staff() if member.org} <= known


@pytest.mark.parametrize("organisation", data.organisations(), ids=lambda row: row.id)
def test_a_credit_code_of_the_demo_passes_the_check_but_can_belong_to_nobody(
    organisation: data.DemoOrganisation,
) -> None:
    if organisation.credit_code:
        check_credit_code(organisation.credit_code, fictional_allowed=True)
        assert organisation.credit_code[2:8] == "990000"


def test_english_captions_follow_the_slides_point_by_point() -> None:
    captioned = [film for film in data.films() if data.english_slides(film)]
    assert len(captioned) == 3
    for film in captioned:
        english = data.english_slides(film)
        assert [len(slide.points) for slide in english] == [len(slide.points) for slide in film.slides]
        for slides in (film.slides, english):
            cues = read(tuple(captions.cues_of(slides, film.seconds * 1000)), length_ms=film.seconds * 1000)
            assert len(cues) == sum(1 + len(slide.points) for slide in slides)
        chapters = read_chapters(captions.chapters_of(film.slides), length_ms=film.seconds * 1000)
        assert [chapter.title for chapter in chapters] == [slide.heading for slide in film.slides]
