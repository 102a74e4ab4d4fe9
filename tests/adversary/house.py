"""The real processes: Postgres, Redis, Daphne for the sockets, WSGI workers for the pages, as in production."""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from infra.embedded import probes, programs
from infra.embedded.cluster import Cluster
from infra.embedded.process import Process, Program
from tests import houses
from tests.adversary import reels
from tests.adversary.reels import Reels
from tests.adversary.wire import Seat, Site
from tests.media import clips

FILM_SECONDS = 240  # ten stretches: longer than any run of a bot
SHORT_FILM_SECONDS = 40  # for whoever watches to the very end
LESSONS = 12
HTTP_WORKERS = 2
READY_SECONDS = 60

AGE = """
UPDATE player_watchsession
SET opened_at = opened_at - %(seconds)s * interval '1 s',
    heard_at_ms = heard_at_ms - %(seconds)s * 1000,
    chunk_from_ms = chunk_from_ms - %(seconds)s * 1000,
    chunk_until_ms = chunk_until_ms - %(seconds)s * 1000
WHERE uuid = %(uuid)s AND pending = ''
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """What the seeding made.

    lessons: all show the same film; brief: a lesson of a short film; closed: a lesson that nobody is enrolled in. points:
    what each lesson teaches.
    """

    lessons: tuple[str, ...]
    brief: str
    closed: str
    points: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shop:
    """A company that buys seats: who buys, who sits, and whom the company calls by which id."""

    company_id: int
    manager: Seat
    staff: tuple[Seat, ...]
    staff_uuids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a zoo needs: seats; learners of whom presence is asked; films of persons; companies; old certificates."""

    seats: int
    asked: int = 0
    live: int = 0
    shops: int = 0
    papers: int = 0


@dataclass
class House:
    """The processes and where they answer."""

    cluster: Cluster
    site: Site
    stage: Stage
    seats: Iterator[Seat]
    asked: Iterator[Seat]
    shops: Iterator[Shop]
    papers: Iterator[Seat]
    officers: tuple[Seat, ...]
    reels: Reels

    @property
    def database_url(self) -> str:
        return self.cluster.env["DATABASE_URL"]

    def seal(self, learner_ids: list[int]) -> frozenset[int]:
        """Close what these learners have not left: what was earned goes into chunks and into the log.

        Returns of whom the auditors' leads say that they answer as scripts do.
        """
        told = self.cluster.folder.path / "zoo-leads.json"
        run_inside(self.cluster, f"seal({learner_ids!r}, {str(told)!r})")
        return frozenset(json.loads(told.read_text(encoding="utf-8")))

    @property
    def payments(self) -> tuple[str, str]:
        """Where the payment service answers, and the key that it takes."""
        return self.cluster.env["LMS_STRIPE_API_BASE"], self.cluster.env["LMS_STRIPE_SECRET_KEY"]

    def age(self, session_uuid: str, seconds: int) -> None:
        """Put back by so much the times of a session: of its opening, of the last sign of life, of what is not sealed yet.

        The only place where the zoo touches a row by hand. An hour without a line cannot pass in a run of minutes: by this it
        passes for the house alone, which then believes that the session was away for that long.
        """
        with psycopg.connect(self.database_url) as connection:
            aged = connection.execute(AGE, {"uuid": session_uuid, "seconds": seconds}).rowcount
        if aged != 1:
            raise LookupError("a session can be put back only when nothing in it waits for a proof")


@contextmanager
def open_house(wanted: Wanted, *, films_in: Path | None = None, with_beat: bool = False) -> Iterator[House]:
    """Start everything on a throw-away folder, make the films by the real pipeline, and stop it all at the end.

    films_in: where films of faces are kept from zoo to zoo. with_beat: what is done by the clock is done as well.
    """
    env = {"LMS_FACE_CHALLENGE": " ".join(reels.CHALLENGE)}
    with (
        tempfile.TemporaryDirectory(prefix="zx-zoo-") as folder,
        reels.making(films_in or Path(folder) / "reels", live=wanted.live if wanted.asked else None) as films_of_faces,
        houses.open_house(env=env) as cluster,
    ):
        films = [
            clips.film(Path(folder) / f"{seconds}.mp4", seconds=seconds, size="640x360", rate="5")
            for seconds in (FILM_SECONDS, SHORT_FILM_SECONDS)
        ]
        stage = Path(folder) / "stage.json"
        many = (wanted.seats, wanted.asked, wanted.shops, wanted.papers)
        run_inside(cluster, f"stage({[str(film) for film in films]!r}, {LESSONS}, {many!r}, {str(stage)!r})")
        made = json.loads(stage.read_text(encoding="utf-8"))
        cluster.start_application(*_programs(wanted, with_beat=with_beat))
        workers = _wsgi(cluster)
        workers.start()
        try:
            cluster.wait_ready(READY_SECONDS)
            port = int(workers.program.env["LMS_HTTP_BIND"].rsplit(":", 1)[1])
            _wait_http(port, workers)
            site = Site(f"http://{programs.HOST}:{port}", f"ws://{programs.HOST}:{cluster.port}")
            told = Stage(tuple(made["lessons"]), made["brief"], made["closed"], made["points"])
            seats = {which: [Seat(*seat) for seat in made[which]] for which in ("seats", "asked", "papers", "officers")}
            yield House(
                cluster=cluster,
                site=site,
                stage=told,
                seats=iter(seats["seats"]),
                asked=iter(seats["asked"]),
                shops=iter(map(_shop, made["shops"])),
                papers=iter(seats["papers"]),
                officers=tuple(seats["officers"]),
                reels=films_of_faces,
            )
        finally:
            workers.stop()


def _programs(wanted: Wanted, *, with_beat: bool) -> tuple[str, ...]:
    """Return the programs that these runs need, in the order of their start."""
    worker = with_beat or wanted.shops or wanted.papers
    needs = {"payments": wanted.shops, "web": True, "worker": worker, "faces": wanted.asked, "beat": with_beat}
    return tuple(name for name, needed in needs.items() if needed)


def _shop(made: dict[str, Any]) -> Shop:
    staff = tuple(Seat(*seat) for seat in made["staff"])
    return Shop(made["company_id"], Seat(*made["manager"]), staff, tuple(made["staff_uuids"]))


def run_inside(cluster: Cluster, code: str) -> None:
    """Run a line of Python with `seeding` in the house."""
    cluster.manage("shell", "--no-imports", "-c", f"from tests.adversary import seeding; seeding.{code}")


def _wsgi(cluster: Cluster) -> Process:
    bind = f"{programs.HOST}:{programs.free_port()}"
    command = (sys.executable, "-m", "gunicorn", "-c", "infra/gunicorn.conf.py")
    env = {**cluster.env, "LMS_HTTP_BIND": bind, "LMS_HTTP_WORKERS": str(HTTP_WORKERS)}
    return Process(Program(name="http", command=command, log=cluster.folder.log("http"), env=env, cwd=programs.ROOT))


def _wait_http(port: int, workers: Process) -> None:
    end = time.monotonic() + READY_SECONDS
    while not probes.http_answers(programs.HOST, port):
        if not workers.runs:
            raise workers.dead()
        if time.monotonic() > end:
            raise TimeoutError(f"the WSGI workers were not ready within {READY_SECONDS} s")
        time.sleep(0.1)
