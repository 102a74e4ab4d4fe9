"""Captions and chapters of the demo's films, made of their slides: as if the lecturer read each page aloud."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from lms.config.demo import data
from lms.config.demo.courses import video_title
from lms.config.demo.slides import Slide
from player.domain.chapters import TypedChapter
from player.domain.clock_text import text_of
from player.domain.webvtt import TypedCue
from player.videos.actions import save_captions, save_chapters
from player.videos.captions import versions_of
from player.videos.queries import VideoFacts


def write_captions(videos: Mapping[str, VideoFacts], at: datetime) -> int:
    """Write captions and chapters beside the films that have English texts; return how many films were done.

    What stands there already, also what an editor has written since, is left alone.
    """
    done = 0
    for film in data.films():
        english = data.english_slides(film)
        video = videos.get(video_title(film))
        if not english or video is None or not video.is_ready or versions_of(video.id, "zh-Hans"):
            continue
        length_ms = video.duration_ms
        for language, slides in (("zh-Hans", film.slides), ("en", english)):
            cues = tuple(cues_of(slides, length_ms))
            save_captions(video_id=video.id, language=language, source=cues, over=None, by=None, at=at)
        save_chapters(video_id=video.id, rows=chapters_of(film.slides), by=None, at=at)
        done += 1
    return done


def cues_of(slides: Sequence[Slide], length_ms: int) -> Iterator[TypedCue]:
    """Yield the heading and then the points of each slide, each for an even part of its time."""
    page_ms = 0
    for slide in slides:
        texts = (slide.heading, *slide.points)
        each_ms = slide.seconds * 1000 // len(texts)
        for n, text in enumerate(texts):
            start_ms = page_ms + n * each_ms
            yield TypedCue(text_of(start_ms), text_of(min(start_ms + each_ms, length_ms)), text)
        page_ms += slide.seconds * 1000


def chapters_of(slides: Sequence[Slide]) -> list[TypedChapter]:
    """Return a chapter for each slide, named by its heading."""
    starts = (sum(slide.seconds for slide in slides[:n]) for n in range(len(slides)))
    return [TypedChapter(text_of(start * 1000), slide.heading) for start, slide in zip(starts, slides, strict=True)]
