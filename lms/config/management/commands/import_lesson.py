"""Make a lesson of a video file: take it in, encode it, add it to the draft edition of a course, as the editors' desk does."""

from argparse import ArgumentParser
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from content.actions import add_lesson, create_edition
from content.domain.hours import largest_declarable
from content.queries import Workbench, workbench_of
from player.videos.actions import UploadRefused, import_video, process_now
from player.videos.queries import VideoFacts, refusal_sentence, video_facts

MINUTES_PER_HOUR = 45
LEAST = Decimal("0.01")


class Command(BaseCommand):
    help = "Encode a video file and add it as a lesson to the draft edition of a course."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--course", required=True, help="code of the course, such as site_civil-04")
        parser.add_argument("--title", default="", help="title of the lesson; else the name of the file")

    def handle(self, *args: object, file: Path, course: str, title: str, **options: object) -> None:
        with translation.override("zh-hans"):
            bench = workbench_of(course)
            if bench is None:
                raise CommandError(f"没有代码为 {course} 的课程，因此没有导入。请在内容管理里查看课程代码。")
            at = timezone.now()
            title = title or file.stem
            video = self._encode(file, title, at)
            edition_id = bench.draft_edition_id or self._edition(bench, video, at)
            add_lesson(edition_id=edition_id, title=title, video_id=video.id, at=at, by=None)
            self.stdout.write(f"《{bench.course_title}》的草稿版次已加入课时“{title}”。核对后请在内容管理里发布。")

    def _encode(self, file: Path, title: str, at: datetime) -> VideoFacts:
        try:
            row = import_video(file, title=title, by=None, at=at)
        except OSError as error:
            raise CommandError(f"读不到文件 {file}：{error.strerror}。请检查路径和权限。") from None
        except UploadRefused as refused:
            raise CommandError(refusal_sentence(refused.refusal)) from None
        process_now(row.pk, on_progress=self._show)
        self.stdout.write("")
        video = video_facts(row.pk)
        if video is None or not video.is_ready:
            raise CommandError(video.failure_sentence if video else "视频已被删除。")
        return video

    def _show(self, percent: int) -> None:
        self.stdout.write(f"\r转码 {percent} %", ending="")
        self.stdout.flush()

    def _edition(self, bench: Workbench, video: VideoFacts, at: datetime) -> int:
        edition = create_edition(
            course_id=bench.course_id,
            # A film of a few seconds holds no hundredth: the draft says the least, and publishing refuses it with figures.
            declared_hours=max(
                LEAST, largest_declarable(total_ms=video.duration_ms, minutes_per_hour=MINUTES_PER_HOUR)
            ),
            year=timezone.localdate(at).year,
            at=at,
            by=None,
        )
        return edition.pk
