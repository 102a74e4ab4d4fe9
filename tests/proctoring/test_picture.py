"""Pictures from outside are refused by their header; what passes is decoded."""

import struct

import pytest

from proctoring.vision.picture import BadPicture, decode, size_of
from tests.proctoring import puppet


def header_of(width: int, height: int) -> bytes:
    return (
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08"
        + struct.pack(">HH", height, width)
        + b"\x01\x01\x11\x00"
        + b"\x00" * 300
    )


def test_a_camera_picture_is_decoded() -> None:
    jpeg = puppet.jpeg_of(puppet.photograph())
    assert size_of(jpeg) == (640, 480)
    assert decode(jpeg).shape == (480, 640, 3)


@pytest.mark.parametrize(
    "jpeg",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
        header_of(12_000, 9_000),  # a hundred megapixels in 320 bytes
        header_of(8, 8),
        b"\xff\xd8\xff\xe0\x00\x01" + b"\x00" * 200,
        b"\xff\xd8\xff\xe0\xff\xff" + b"\x00" * 200,
        b"\xff\xd8\xff" + b"\xff" * 400,
    ],
)
def test_what_is_none_is_refused_before_it_is_decoded(jpeg: bytes) -> None:
    with pytest.raises(BadPicture):
        size_of(jpeg)


def test_a_broken_body_is_refused() -> None:
    with pytest.raises(BadPicture):
        decode(header_of(640, 480))


def test_every_beginning_of_a_real_picture_ends_without_another_error() -> None:
    jpeg = puppet.jpeg_of(puppet.photograph())
    for length in range(0, 700, 7):
        try:
            size_of(jpeg[:length])
        except BadPicture:
            continue
