"""Slides into a film such as a lecturer would upload: H.264 at 10 frames a second, a soft chime when a slide comes up."""

from array import array
from collections.abc import Sequence
from fractions import Fraction
from math import exp, pi, sin
from pathlib import Path

import av

from lms.config.demo.slides import SIZE, Slide, pictures

FPS = 10
RATE = 44_100  # samples a second
CHIME_HZ = 523.25


def _second_of_sound(chime: bool) -> bytes:
    """Return one second of mono 16-bit sound: a fading tone, or silence."""
    if not chime:
        return bytes(2 * RATE)
    tone = (2500 * exp(-4 * n / RATE) * sin(2 * pi * CHIME_HZ * n / RATE) for n in range(RATE))
    return array("h", (int(value) for value in tone)).tobytes()


def make_film(slides: Sequence[Slide], *, course: str, to: Path) -> None:
    """Write the film to `to` (mp4). Its length is the sum of the slides' seconds."""
    starts = {sum(slide.seconds for slide in slides[:n]) for n in range(len(slides))}
    sounds = {chime: _second_of_sound(chime) for chime in (True, False)}
    with av.open(str(to), "w") as film:
        # A key picture every four seconds, as careful encoders set them: then its pictures are copied, not encoded again.
        options = {"preset": "ultrafast", "crf": "20", "tune": "stillimage", "g": str(4 * FPS)}
        video = film.add_stream("libx264", rate=FPS, options=options)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio = film.add_stream("aac", rate=RATE, layout="mono")
        for second, picture in enumerate(pictures(slides, course=course)):
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]  # left out of PyAV's types
            frame = frame.reformat(format="yuv420p")
            for part in range(FPS):
                frame.pts = second * FPS + part
                frame.time_base = Fraction(1, FPS)
                film.mux(video.encode(frame))
            sound = av.AudioFrame(format="s16", layout="mono", samples=RATE)
            sound.planes[0].update(sounds[second in starts])
            sound.sample_rate, sound.pts, sound.time_base = RATE, second * RATE, Fraction(1, RATE)
            film.mux(audio.encode(sound))
        film.mux(video.encode(None))
        film.mux(audio.encode(None))
