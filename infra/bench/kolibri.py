"""Kolibri, a whole learning platform, beside ours: started, provisioned and driven as its own pages drive it.

with Kolibri(folder, learners=50) as kolibri:      # SQLite; `database_url=` of an empty database for its Postgres
    learner = kolibri.learners[0]
    answer = kolibri.put_progress(learner, {"time_spent_delta": 5, "progress_delta": 0.001})

Nothing of it is changed: its own server, its default number of threads. Only its telemetry, its search for other devices
and its listening on other addresses are switched off.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from infra.bench import peers
from infra.embedded import programs
from infra.embedded.process import Process, Program
from infra.embedded.trouble import Trouble

PACKAGES = ("kolibri", "psycopg2-binary")
TRACK = "/api/logger/trackprogress/"
SESSION = "/api/auth/session/"
READY_SECONDS = 120
PASSWORD = "only-for-benches"  # noqa: S105 — of learners that exist for a minute
_ADD_LEARNERS = """
from kolibri.core.auth.models import Facility, FacilityUser
facility = Facility.get_default_facility()
for number in range({count}):
    user = FacilityUser(username="learner%d" % number, full_name="Learner", facility=facility)
    user.set_password("{password}")
    user.save()
print("FACILITY", facility.id)
"""


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner who is signed in and has a video open. session: of the video. cookies, token: what a browser would send."""

    name: str
    session: str
    cookies: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookies, "X-CSRFToken": self.token, "Content-Type": "application/json"}


class Kolibri:
    """One installation in a folder of its own. `start` and `stop` may be called by hand as well."""

    def __init__(self, folder: Path, *, learners: int = 50, database_url: str = "") -> None:
        self._folder = folder
        self._count = learners
        self._home = folder / "kolibri" / ("postgres" if database_url else "sqlite")
        self._database_url = database_url
        self._programs = Path()
        self._process: Process | None = None
        self.port = 0
        self.version = ""
        self.learners: Sequence[Learner] = ()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Install it if need be, provision it anew, start its server and sign the learners in. Raises NotHere, Trouble."""
        self._programs = peers.environment(self._folder, "kolibri", PACKAGES)
        self.version = peers.version(self._programs, "kolibri")
        subprocess.run(["rm", "-rf", str(self._home)], check=True)
        self._home.mkdir(parents=True)
        self._manage(
            *("provisiondevice", "--facility", "bench", "--preset", "nonformal", "--language_id", "en", "--noinput"),
            *("--superusername", "keeper", "--superuserpassword", PASSWORD),
        )
        said = self._manage("shell", "-c", _ADD_LEARNERS.format(count=self._count, password=PASSWORD))
        facility = next(line.split()[1] for line in said.splitlines() if line.startswith("FACILITY"))
        self._serve()
        self.learners = [self._sign_in(f"learner{number}", facility) for number in range(self._count)]

    def stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None

    @property
    def server(self) -> Process:
        if self._process is None:
            raise RuntimeError("Kolibri is not started")
        return self._process

    def put_progress(self, learner: Learner, report: Mapping[str, object]) -> tuple[int, Any]:
        """Send one report of progress; return the status and what was answered."""
        return self._ask("PUT", f"{TRACK}{learner.session}/", learner.headers, report)[:2]

    def import_users(self, path: Path | None) -> float:
        """Import a CSV file of users by its own command; return the seconds it took. None: only start such a command."""
        began = time.perf_counter()
        if path is None:
            self._manage("shell", "-c", "pass")
        else:
            self._manage("bulkimportusers", str(path))
        return time.perf_counter() - began

    def open_video(self, learner: Learner) -> Learner:
        """Open another video and return the learner with its session. (It is not asked whether such a video exists.)"""
        return self._opened(learner.name, learner.cookies, learner.token)

    def summary(self, learner: Learner) -> dict[str, float]:
        """Return what it has stored for the learner's open video: seconds spent, and progress from 0 to 1."""
        code = (
            "from kolibri.core.logger.models import ContentSessionLog as L;"
            f"row = L.objects.get(id='{learner.session}'); print('STORED', row.time_spent, row.progress)"
        )
        said = self._manage("shell", "-c", code)
        _, seconds, progress = next(line for line in said.splitlines() if line.startswith("STORED")).split()
        return {"seconds": float(seconds), "progress": float(progress)}

    def seconds_stored(self) -> float:
        """Return the seconds that all sessions together have stored."""
        code = (
            "from django.db.models import Sum; from kolibri.core.logger.models import ContentSessionLog as L;"
            "print('STORED', L.objects.aggregate(s=Sum('time_spent'))['s'])"
        )
        said = self._manage("shell", "-c", code)
        return float(next(line for line in said.splitlines() if line.startswith("STORED")).split()[1])

    def _manage(self, *arguments: str) -> str:
        command = [str(self._programs / "kolibri"), "manage", arguments[0], "--", *arguments[1:]]
        said = subprocess.run(command, env=self._env(), capture_output=True, text=True, check=False, timeout=300)
        if said.returncode != 0:
            raise Trouble(f"kolibri manage {arguments[0]} failed: {(said.stderr or said.stdout)[-800:]}")
        return said.stdout

    def _env(self) -> dict[str, str]:
        ours = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")
        env = {key: value for key, value in os.environ.items() if key not in ours and not key.startswith("PG")}
        env |= {
            "KOLIBRI_HOME": str(self._home),
            "KOLIBRI_LISTEN_ADDRESS": programs.HOST,
            "KOLIBRI_ZEROCONF_ENABLED": "0",
            "KOLIBRI_DISABLE_PING": "1",
        }
        if self._database_url:
            parts = urlsplit(self._database_url)
            env |= {
                "KOLIBRI_DATABASE_ENGINE": "postgres",
                "KOLIBRI_DATABASE_NAME": parts.path.lstrip("/"),
                "KOLIBRI_DATABASE_USER": parts.username or "",
                "KOLIBRI_DATABASE_PASSWORD": parts.password or "",
                "KOLIBRI_DATABASE_HOST": parse_qs(parts.query).get("host", [parts.hostname or ""])[0],
                "KOLIBRI_DATABASE_PORT": str(parts.port or ""),
            }
        return env

    def _serve(self) -> None:
        self.port = programs.free_port()
        command = (str(self._programs / "kolibri"), "start", "--foreground", "--port", str(self.port))
        log = self._home / "server.log"
        self._process = Process(Program(name="kolibri", command=command, log=log, env=self._env(), cwd=self._home))
        self._process.start()
        end = time.monotonic() + READY_SECONDS
        while not self._answers():
            if not self._process.runs:
                raise self._process.dead()
            if time.monotonic() > end:
                raise Trouble(f"kolibri did not answer within {READY_SECONDS} s; its log is {log}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            return self._ask("GET", "/api/public/info/", {}, None)[0] == http.client.OK
        except (OSError, http.client.HTTPException):
            return False

    def _sign_in(self, name: str, facility: str) -> Learner:
        _, _, jar = self._ask("GET", f"{SESSION}current/", {}, None)
        given = {"username": name, "password": PASSWORD, "facility": facility}
        token = _value(jar, "csrftoken")
        headers = {"Cookie": _cookies(jar), "X-CSRFToken": token, "Content-Type": "application/json"}
        status, answer, more = self._ask("POST", SESSION, headers, given)
        if status != http.client.OK:
            raise Trouble(f"Kolibri refused to sign {name} in: {status} {answer}")
        jar.update(more)
        return self._opened(name, _cookies(jar), _value(jar, "csrftoken"))

    def _opened(self, name: str, cookies: str, token: str) -> Learner:
        video = {name: uuid4().hex for name in ("node_id", "content_id", "channel_id")} | {"kind": "video"}
        headers = {"Cookie": cookies, "X-CSRFToken": token, "Content-Type": "application/json"}
        status, answer, _ = self._ask("POST", TRACK, headers, video)
        if status != http.client.OK:
            raise Trouble(f"Kolibri did not open a video for {name}: {status} {answer}")
        return Learner(name, answer["session_id"], cookies, token)

    def _ask(
        self, method: str, path: str, headers: Mapping[str, str], body: Mapping[str, object] | None
    ) -> tuple[int, Any, dict[str, str]]:
        """Return status, answer and the cookies that were set."""
        connection = http.client.HTTPConnection(programs.HOST, self.port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, dict(headers))
            answer = connection.getresponse()
            text = answer.read()
            cookies = SimpleCookie()
            for value in answer.headers.get_all("Set-Cookie") or ():
                cookies.load(value)
            is_json = (answer.headers.get("Content-Type") or "").startswith("application/json")
            found = {name: morsel.value for name, morsel in cookies.items()}
            return answer.status, json.loads(text) if is_json and text else text.decode(errors="replace"), found
        finally:
            connection.close()


def _cookies(jar: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _value(jar: Mapping[str, str], ending: str) -> str:
    """Return the cookie whose name ends so: Kolibri puts a prefix of its own before Django's names."""
    return next((value for name, value in jar.items() if name.endswith(ending)), "")


if __name__ == "__main__":  # a quick look: python -m infra.bench.kolibri
    with Kolibri(programs.ROOT / "var" / "bench", learners=2) as kolibri:
        print(kolibri.version, kolibri.put_progress(kolibri.learners[0], {"time_spent_delta": 36000, "progress": 1.0}))
        print(kolibri.summary(kolibri.learners[0]))
    sys.exit(0)
