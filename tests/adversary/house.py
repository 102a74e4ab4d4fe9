"""The real processes: Postgres, Redis, Daphne for the sockets, WSGI workers for the pages, as in production."""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from infra.embedded import probes, programs
from infra.embedded.cluster import Cluster, operator_named_servers
from infra.embedded.process import Process, Program
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

    lessons: all show the same film; brief: a lesson of a short film; closed: a lesson that nobody is enrolled in.
    """

    lessons: tuple[str, ...]
    brief: str
    closed: str


@dataclass
class House:
    """The processes and where they answer."""

    cluster: Cluster
    site: Site
    stage: Stage
    seats: Iterator[Seat]

    @property
    def database_url(self) -> str:
        return self.cluster.env["DATABASE_URL"]

    def seal(self, learner_ids: list[int]) -> None:
        """Close the sessions that these learners have not left: what was earned goes into chunks and into the log."""
        run_inside(self.cluster, f"seal({learner_ids!r})")

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
def open_house(*, learners: int, with_tasks: bool = False) -> Iterator[House]:
    """Start everything on a throw-away folder, make the films by the real pipeline, and stop it all at the end.

    learners: how many seats there are to take. with_tasks: the worker and the beat run as well.
    """
    with (
        tempfile.TemporaryDirectory(prefix="zx-zoo-") as folder,
        Cluster(data=Path(folder) / "var", own_servers=not operator_named_servers()) as cluster,
    ):
        films = [
            clips.film(Path(folder) / f"{seconds}.mp4", seconds=seconds, size="640x360", rate="5")
            for seconds in (FILM_SECONDS, SHORT_FILM_SECONDS)
        ]
        stage = Path(folder) / "stage.json"
        run_inside(cluster, f"stage({[str(film) for film in films]!r}, {LESSONS}, {learners}, {str(stage)!r})")
        made = json.loads(stage.read_text(encoding="utf-8"))
        cluster.start_application("web", *(("worker", "beat") if with_tasks else ()))
        workers = _wsgi(cluster)
        workers.start()
        try:
            cluster.wait_ready(READY_SECONDS)
            port = int(workers.program.env["LMS_HTTP_BIND"].rsplit(":", 1)[1])
            _wait_http(port, workers)
            site = Site(f"http://{programs.HOST}:{port}", f"ws://{programs.HOST}:{cluster.port}")
            told = Stage(tuple(made["lessons"]), made["brief"], made["closed"])
            yield House(cluster, site, told, iter([Seat(*seat) for seat in made["seats"]]))
        finally:
            workers.stop()


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
