"""Clips of any speed are looked at some fifteen times a second, by the times at which their pictures are shown."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from proctoring.vision.clips import BadClip, _pictures


def clip(path: Path, *, rate: int, seconds: float, form: str | None = None, codec: str = "mjpeg") -> Path:
    with av.open(str(path), "w", format=form) as out:
        stream: Any = out.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = Fraction(1, rate)
        for n in range(int(rate * seconds)):
            picture = np.full((48, 64, 3), 20 + n % 200, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(("rate", "seen"), [(8, 8), (15, 15), (20, 20), (25, 12.5), (30, 15), (60, 15)])
def test_every_speed_is_seen_often_enough(tmp_path: Path, rate: int, seen: float) -> None:
    times = [at for at, _picture in _pictures(clip(tmp_path / "a.avi", rate=rate, seconds=2))]
    assert len(times) == 2 * seen
    assert times[:2] == [0, round(1000 / seen)]


def test_a_film_whose_header_tells_the_ticks_of_its_clock_is_counted(tmp_path: Path) -> None:
    """As a browser's recorder writes it: frames with times, and no speed."""
    path = tmp_path / "a.webm"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libvpx", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
        for n in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 9 * n, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = n * 100, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    times = [at for at, _picture in _pictures(path)]
    assert times == [100 * n for n in range(20)]


def test_a_row_of_pictures_without_a_clock_is_seen_whole(tmp_path: Path) -> None:
    assert len(list(_pictures(clip(tmp_path / "a.mjpeg", rate=15, seconds=2, form="mjpeg")))) == 30


def test_what_is_no_film_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(b"no film")
    with pytest.raises(BadClip, match="Invalid data found"):
        list(_pictures(tmp_path / "a.mp4"))
