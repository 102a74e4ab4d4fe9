"""The page "why did this not count": what the learner reads, for each way of losing time, and who may read it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from analytics.learning_log.kinds import find, sentence
from content.models import CourseEdition, Lesson
from lms.accounts.models import User
from lms.classroom.why_page import Group, WhyPage, why_page_of
from lms.classroom.why_sentences import ENDINGS, REASONS
from lms.enrolment.models import Enrolment
from player.domain.policy import Policy
from player.domain.reasons import Reason
from player.domain.spans import Span
from player.watching.actions import close_session
from player.watching.models import CloseReason, Coverage
from tests import people
from tests.player.watching.conftest import NO_QUESTIONS, Player, open_with_keys

pytestmark = pytest.mark.django_db
Open = Callable[..., Player]


@pytest.fixture
def at() -> datetime:
    return timezone.now() - timedelta(hours=5)


@pytest.fixture
def open_player(enrolled: Client, lesson: Lesson, learner: User, at: datetime) -> Open:
    def open_one(*, after: timedelta = timedelta(0), policy: Policy = NO_QUESTIONS) -> Player:
        assert lesson.video_id is not None
        opened = open_with_keys(
            learner_id=learner.pk, video_id=lesson.video_id, subject_uuid=lesson.uuid, at=at + after, policy=policy
        )
        return Player(opened)

    return open_one


def address(lesson: Lesson) -> str:
    return reverse("classroom:why", args=[lesson.uuid])


def read(client: Client, lesson: Lesson) -> str:
    answer = client.get(address(lesson))
    assert answer.status_code == 200
    # Whitespace between tags is none of the reader's.
    return re.sub(r"\s+", " ", answer.content.decode())


def hide(player: Player, *, after: float, position: float) -> None:
    player.beat(after, position, visible=False)
    player.beat(after + 5, position + 5, visible=False)


def leave(player: Player, after: float = 100) -> None:
    at = player.session.opened_at + timedelta(seconds=after)
    assert close_session(session_uuid=player.session.uuid, learner_id=player.session.learner_id, at=at)


def test_a_lesson_never_played_says_so_and_offers_to_begin(enrolled: Client, lesson: Lesson) -> None:
    page = read(enrolled, lesson)
    assert "还没有播放过" in page
    assert "开始学习" in page
    assert "why-bar" not in page


def test_the_sentence_the_button_and_the_reason(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    page = read(enrolled, lesson)
    assert "已记 30 秒，<strong>还差 " in page
    assert f'href="{reverse("classroom:lesson", args=[lesson.uuid])}?at=30"' in page
    assert "从 0:30 接着看" in page
    assert "画面不在眼前" in page and "未计 5 秒" in page
    assert "让视频留在眼前" in page
    assert "0:30–0:35" in page
    assert page.count("btn-primary") == 1


def test_the_picture_speaks_without_colour(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    page = read(enrolled, lesson)
    assert re.search(r'role="img" aria-label="整节课的计时：已记 30 秒，暂记 0 秒，未计 5 秒，没看到 [^"]+。"', page)
    assert 'fill="url(#why-refused)"' in page
    assert "<style" not in page and " style=" not in page


def test_what_was_made_up_for_is_told_as_no_loss(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    player.beat(50, 30)
    player.beat(55, 35)
    page = read(enrolled, lesson)
    assert "已补回" in page
    assert "当时有 5 秒 没有计时，后来都已补回" in page
    assert "why-refused)" not in page.split("</defs>")[1]


def test_what_waits_for_a_proof_is_not_to_be_watched_again(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    open_player(policy=Policy(question_every_beats=20)).watch(20)
    page = read(enrolled, lesson)
    assert "暂记 <b>20 秒</b>" in page
    assert "?at=20" in page and "?at=0" not in page
    assert "不用重看" in page


def test_a_whole_lesson_says_that_nothing_is_missing(
    enrolled: Client, lesson: Lesson, learner: User, open_player: Open
) -> None:
    leave(open_player())
    whole = lesson.duration_ms or 0
    Coverage.objects.update(spans=(Span(0, whole - 400),), counted_ms=whole - 400, duration_ms=whole)
    page = why_page_of(learner, lesson.uuid, timezone.now())
    assert page.short_ms == (1_000 if whole % 1_000 < 400 else 0)
    Coverage.objects.update(spans=(Span(0, whole),), counted_ms=whole)
    text = read(enrolled, lesson)
    assert "已全部记入" in text
    assert "btn-primary" not in text


def test_holes_in_the_middle_come_before_the_end(
    enrolled: Client, lesson: Lesson, learner: User, open_player: Open
) -> None:
    open_player().watch(30)
    spans = (Span(0, 10_000), Span(10_300, 20_000), Span(25_900, 30_000))
    Coverage.objects.update(spans=spans, counted_ms=sum(span.length_ms for span in spans))
    page = why_page_of(learner, lesson.uuid, timezone.now())
    assert page.at_ms == 20_000, "a hole of less than a second waits its turn"
    assert page.at_url.endswith("?at=20")
    assert [part.state for part in page.parts] == ["counted", "unseen"] * 3
    assert page.parts[0].span.start_ms == 0
    assert page.parts[-1].span.end_ms == lesson.duration_ms


def test_watching_again_is_explained(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    first = open_player()
    first.watch(30)
    leave(first)
    open_player(after=timedelta(hours=1)).watch(20)
    page = read(enrolled, lesson)
    assert "重看了已记的部分" in page
    assert "一共重看了 20 秒" in page
    assert "打开过 2 次" in page


def test_reasons_are_ordered_by_what_they_cost_and_their_sums_agree(
    enrolled: Client, lesson: Lesson, learner: User, open_player: Open
) -> None:
    player = open_player()
    player.watch(10)
    assert player.beat(20, 40).reason == Reason.SEEK_AHEAD
    hide(player, after=30, position=10)
    page: WhyPage = why_page_of(learner, lesson.uuid, timezone.now())
    hidden, skipped = page.groups
    assert (hidden.number, hidden.words, hidden.cost) == (1, REASONS[Reason.HIDDEN], "all")
    assert (skipped.number, skipped.words, skipped.cost) == (2, REASONS[Reason.SEEK_AHEAD], "nothing")
    whole = page.timeline.counted_ms + page.held_ms + page.refused_ms + page.unseen_ms
    assert whole == lesson.duration_ms


def test_a_part_that_counted_later_lowers_the_cost() -> None:
    now = timezone.now()
    group = Group(1, REASONS[Reason.HIDDEN], 10_000, (Span(0, 4_000),), 2, now, now)
    assert (group.cost, group.left_ms) == ("some", 4_000)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_its_words_here_and_in_the_log(reason: Reason) -> None:
    words = REASONS[reason]
    told = [str(words.what), str(words.why), str(words.now)]
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in told)
    assert all(text.endswith("。") for text in told[1:])
    assert reason.value not in "".join(told), "no code numbers alone"
    in_the_log = sentence("player.watching_refused", {"reason": reason.value}, language="zh")
    assert reason.value not in in_the_log
    kind = find("player.watching_refused")
    assert kind and kind.words["reason"][reason.value][0] in in_the_log


@pytest.mark.parametrize("ending", ["", *CloseReason.values])
def test_every_end_of_a_sitting_has_its_words_here_and_in_the_log(ending: str) -> None:
    assert str(ENDINGS[ending])
    if ending:
        assert ending not in sentence("player.session_closed", {"reason": ending}, language="zh")
        assert str(ENDINGS[ending]) == str(CloseReason(ending).label)


def test_each_sitting_tells_how_it_ended(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    leave(open_player())
    open_player(after=timedelta(hours=1))
    open_player(after=timedelta(hours=2))
    page = read(enrolled, lesson)
    assert "已离开" in page and "在别处继续学习" in page and "还开着" in page


def test_old_sittings_are_folded_up(enrolled: Client, lesson: Lesson, learner: User, open_player: Open) -> None:
    for number in range(8):
        open_player(after=timedelta(minutes=number))
    page = why_page_of(learner, lesson.uuid, timezone.now())
    assert (len(page.recent_sittings), len(page.older_sittings)) == (6, 2)
    assert "更早的 2 次" in read(enrolled, lesson)


def test_it_costs_the_same_queries_however_often_the_lesson_was_opened(
    enrolled: Client, lesson: Lesson, open_player: Open
) -> None:
    enrolled.get(address(lesson))  # what a process keeps from its first page on is asked here
    costs = []
    for sittings in (2, 18):
        for number in range(sittings):
            player = open_player(after=timedelta(minutes=sittings * 10 + number))
            player.watch(10)
            hide(player, after=20, position=10)
        with CaptureQueriesContext(connection) as asked:
            enrolled.get(address(lesson))
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 14


def test_whose_enrolment_is_over_still_reads_why_but_is_not_sent_to_watch(
    enrolled: Client, lesson: Lesson, open_player: Open
) -> None:
    open_player().watch(10)
    Enrolment.objects.update(access_until=timezone.now() - timedelta(minutes=1))
    page = read(enrolled, lesson)
    assert "报名已到期" in page
    assert "?at=" not in page


def test_a_stranger_is_sent_to_sign_in(client: Client, lesson: Lesson) -> None:
    assert reverse("account_login") in client.get(address(lesson))["Location"]


@pytest.mark.parametrize(
    "who", [people.outsider, people.learner, people.auditor, people.employer, people.administrator]
)
def test_nobody_else_learns_anything(
    enrolled: Client, lesson: Lesson, open_player: Open, edition: CourseEdition, who: Callable[[], User]
) -> None:
    player = open_player()
    player.watch(30)
    hide(player, after=40, position=30)
    other = Client()
    other.force_login(who())
    answer = other.get(address(lesson))
    assert answer.status_code == 302
    assert answer["Location"].endswith("/courses/site-civil/site-civil-04/")


def test_another_learner_of_the_course_sees_only_an_empty_lesson(
    enrolled: Client, lesson: Lesson, open_player: Open, edition: CourseEdition
) -> None:
    open_player().watch(30)
    other, neighbour = Client(), people.learner()
    Enrolment.objects.create(
        learner=neighbour, edition=edition, access_from=timezone.now() - timedelta(days=1), enrolled_at=timezone.now()
    )
    other.force_login(neighbour)
    assert "还没有播放过" in read(other, lesson)


def test_no_such_lesson_is_a_404(enrolled: Client) -> None:
    assert enrolled.get(reverse("classroom:why", args=[uuid4()])).status_code == 404


def test_the_lesson_page_leads_there(enrolled: Client, lesson: Lesson) -> None:
    page = enrolled.get(reverse("classroom:lesson", args=[lesson.uuid])).content.decode()
    assert address(lesson) in page


def test_an_english_reader_gets_the_page_too(enrolled: Client, lesson: Lesson, open_player: Open) -> None:
    open_player().watch(10)
    with translation.override("en"):
        enrolled.cookies["django_language"] = "en"
        assert enrolled.get(address(lesson)).status_code == 200
