"""Films before the camera, made once and shown often: of persons who do what is asked, and of all that pretends to be one.

The house of the zoo always asks for the same two actions, so that films can be made beforehand. Its attackers know the
challenge, then, which they never do elsewhere: what fails here fails without the help of chance. Making a second of film takes
more than a second, so a process of its own (`filming`) makes them while the house is built and the first bots play, and they
are kept for the next zoo. What never passes may be shown again by anybody; a person's film is shown once in a house, because a
house knows again what it has passed.
"""

import asyncio
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Film = list[bytes]  # JPEGs, PER_SECOND of them a second

CHALLENGE = ("turn_left", "nod")
PER_SECOND = 8
KINDS = (
    "static_photo", "moved_photo", "tilted_photo", "bent_photo", "cut_out", "animated_photo", "frozen", "looped",
    "looped_whole", "duplicated", "reordered", "injected_still", "other_nonce", "swapped",
)  # fmt: skip
LIVE = "live"
WAIT_SECONDS = 240.0


class Reels:
    """A folder that fills with films. Each run takes the persons' films that nobody has shown yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken = 0

    async def attack(self, kind: str) -> Film:
        """Return the film of an attack. Raises TimeoutError."""
        return await self._read(f"{kind}-0")

    async def live(self) -> Film:
        """Return a film of a person who does what is asked, which nobody has shown yet. Raises TimeoutError."""
        number = self.taken
        self.taken += 1
        return await self._read(f"{LIVE}-{number}")

    async def _read(self, name: str) -> Film:
        path = self.folder / name
        end = time.monotonic() + WAIT_SECONDS
        while not path.exists():
            if time.monotonic() > end:
                raise TimeoutError(f"the film {name} was not made in time")
            await asyncio.sleep(0.5)
        return unpack(await asyncio.to_thread(path.read_bytes))


def pack(film: Film) -> bytes:
    return b"".join(struct.pack(">I", len(picture)) + picture for picture in film)


def unpack(data: bytes) -> Film:
    """Return the film of `pack`."""
    film, at = [], 0
    while at < len(data):
        (size,) = struct.unpack_from(">I", data, at)
        film.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return film


@contextmanager
def making(folder: Path, *, live: int | None) -> Iterator[Reels]:
    """Let a process make the films of all attacks, and so many of persons; it is stopped at the end. None: no film at all."""
    if live is None:
        yield Reels(folder)
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.adversary.filming", str(folder), "--live", str(live)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield Reels(folder)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:  # it would eat a processor beside the next measurement
                process.kill()
                process.wait()
