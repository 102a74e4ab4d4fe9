"""Load the demo: people, organisations, catalogue, films, hours. Run again, it finds what is there and makes the rest."""

import time
from argparse import ArgumentParser
from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from analytics.learning_log.actions import append
from analytics.learning_log.queries import RecordFilter, records
from lms.config.demo import (
    captions,
    certificates,
    claims,
    courses,
    data,
    desk,
    money,
    people,
    stories,
    trainings,
    watched,
)
from lms.credit.actions import load_rule_sets
from player.videos.queries import videos_titled

EDITION = 1  # of the demo's data: a newer one is loaded on top of an older one


class Command(BaseCommand):
    help = "Load the demo's people, courses, films and hours (only where LMS_DEMO is on)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--films", default="", help="codes of topics, with commas: only these films are rendered")

    def handle(self, *args: object, films: str, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("This installation is not a demo (LMS_DEMO): fictional people stay out of it.")
        loaded = records(RecordFilter(kinds=("house.demo_loaded",)), limit=1)
        if loaded and loaded[0].record.payload["edition"] == EDITION:
            self._caption(timezone.now())  # data that an older version has loaded lacks them
            self.stdout.write("演示数据已经载入，接着使用。")
            return
        with translation.override("zh-hans"):
            self._load(films={code for code in films.split(",") if code}, at=timezone.now())

    def _load(self, *, films: set[str], at: datetime) -> None:
        began = time.monotonic()
        chosen = tuple(film for film in data.films() if not films or film.topic_code in films)
        load_rule_sets(at=at)
        self._say("规则集")
        members = people.make_people(at, self._say)
        pages = courses.make_catalogue(at, self._say)
        videos = courses.make_videos(chosen, at, self._say)
        self._caption(at)
        editions = courses.publish_courses(chosen, videos, pages, at)
        with transaction.atomic():
            certificates.register(members, at)
            stories.tell(members, editions, at)
            claims.claim_hours(members, at)
            trainings.train(members, at)
            money.sell(editions, at, self._say)
            desk.staff(at, self._say)
            certificates.revoke(at)
            append(
                kind="house.demo_loaded",
                actor_id=None,
                happened_at=at,
                payload={"edition": EDITION, "learners": len(members), "lessons": len(chosen)},
            )
        self._say("学员的报名与历史学时")
        watched.watch(editions, at, self._say)
        self._say(f"演示数据载入完成，用时 {time.monotonic() - began:.0f} 秒")

    def _caption(self, at: datetime) -> None:
        done = captions.write_captions(videos_titled(map(courses.video_title, data.films())), at)
        if done:
            self._say(f"字幕与章节 {done} 课")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
