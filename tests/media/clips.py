"""Short films and traps, made on the fly: nothing binary lies in the repository."""

import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import imageio_ffmpeg
from PIL import Image


def ffmpeg(*arguments: str) -> None:
    """Run the real ffmpeg, without any of our care."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", *arguments]
    subprocess.run(command, check=True)


def film(
    path: Path,
    *,
    seconds: float = 5,
    size: str = "1280x720",
    rate: str = "25",
    sound: bool = True,
    codec: str = "libx264",
    extra: tuple[str, ...] = (),
) -> Path:
    """Draw a moving test picture with a running clock, and a tone."""
    arguments = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}:duration={seconds}"]
    if sound:
        arguments += ["-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}"]
    fast = ["-preset", "ultrafast", "-pix_fmt", "yuv420p"] if codec == "libx264" else []
    ffmpeg(*arguments, "-c:v", codec, *fast, *extra, str(path))
    return path


def sound_only(path: Path) -> Path:
    ffmpeg("-f", "lavfi", "-i", "sine=duration=3", str(path))
    return path


def sound_with_cover(path: Path) -> Path:
    """Make a song with a picture on its sleeve: to a hasty reader it has a video stream."""
    cover = path.with_suffix(".png")
    picture(cover)
    ffmpeg(
        *("-f", "lavfi", "-i", "sine=duration=3", "-i", str(cover), "-map", "0", "-map", "1"),
        *("-c:v", "png", "-disposition:v:0", "attached_pic", "-f", "ipod", str(path)),
    )
    return path


def two_pictures(path: Path) -> Path:
    """Make a film with two video streams, the first of them larger."""
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc=size=640x360:rate=25:duration=3"),
        *("-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=3"),
        *("-map", "0", "-map", "1", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)),
    )
    return path


def many_streams(path: Path, *, count: int) -> Path:
    maps = [part for _ in range(count) for part in ("-map", "0")]
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc=size=64x64:rate=5:duration=2", *maps, "-c:v", "mpeg4", "-f", "matroska", str(path)
    )
    return path


def uneven_rate(path: Path) -> Path:
    """Make a film whose pictures come now every 40 ms, now every 400 ms, as phones and screen recorders do."""
    ffmpeg(
        *("-f", "lavfi", "-i", "testsrc=size=640x360:rate=25:duration=6"),
        *("-vf", r"select=if(lt(t\,3)\,1\,not(mod(n\,10)))", "-fps_mode", "vfr"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(path)),
    )
    return path


def turned(path: Path, source: Path, *, degrees: int) -> Path:
    """Copy a film with a note that it is to be shown turned, as phones write it."""
    ffmpeg("-display_rotation", str(degrees), "-i", str(source), "-c", "copy", str(path))
    return path


def cut_off(path: Path, source: Path, *, keep: float) -> Path:
    """Copy the first part of a file, as a broken upload leaves it."""
    whole = source.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path


def spoiled(path: Path, source: Path, *, at: float, length: int) -> Path:
    """Copy a file with noise in its middle."""
    data = bytearray(source.read_bytes())
    start = int(len(data) * at)
    data[start : start + length] = bytes((7 * n + 13) % 256 for n in range(length))
    path.write_bytes(data)
    return path


def says_it_has_size(path: Path, source: Path, *, width: int, height: int) -> Path:
    """Copy an mp4 whose boxes claim another picture size than was encoded."""
    data = bytearray(source.read_bytes())
    entry = data.index(b"avc1")
    data[entry + 28 : entry + 32] = struct.pack(">HH", width, height)
    header = data.index(b"tkhd")
    data[header + 80 : header + 88] = struct.pack(">II", width << 16, height << 16)
    path.write_bytes(data)
    return path


def says_it_lasts(path: Path, source: Path, *, seconds: int) -> Path:
    """Copy an mp4 whose boxes claim another length."""
    data = bytearray(source.read_bytes())
    for box, scale_at, length_at in ((b"mvhd", 16, 20), (b"mdhd", 16, 20)):
        at = -1
        while (at := data.find(box, at + 1)) >= 0:
            scale = struct.unpack(">I", data[at + scale_at : at + scale_at + 4])[0]
            data[at + length_at : at + length_at + 4] = struct.pack(">I", min(2**32 - 1, scale * seconds))
    path.write_bytes(data)
    return path


def picture(path: Path) -> Path:
    Image.new("RGB", (64, 64), (200, 30, 30)).save(path)
    return path


def archive(path: Path, *members: Path) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for member in members:
            file.write(member, member.name)
    return path


def renamed(path: Path, source: Path) -> Path:
    shutil.copyfile(source, path)
    return path
