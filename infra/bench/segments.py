"""Segments through nginx with our configuration, beside nginx with a configuration of one line. No Python runs at all."""

import http.client
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from infra.bench.findings import Bar, Finding, Samples
from infra.bench.load.wrk import Wrk
from infra.bench.measure import interleaved
from infra.bench.rows import Bench, NotHere, Row
from infra.embedded import probes, programs
from infra.embedded.process import Process, Program
from infra.embedded.trouble import Trouble

OURS = programs.ROOT / "infra" / "nginx" / "zhuxue.conf"
SIZES = {"50 kB": 50_000, "1 MB": 1_000_000}  # of the smallest rendition, and of 720p
FILES = 64
SECONDS = 3.0
ROUNDS = 9
CONNECTIONS = 16
FOLDER = "0123456789abcdef"
ADDRESS = "/media/videos/" + FOLDER
# What Debian's own nginx.conf says around both; nobody writes a line for each request.
AROUND = """
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    sendfile on;
    tcp_nopush on;
    access_log off;
    include /etc/nginx/mime.types;
    {temporary}
    {servers}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def measure(bench: Bench) -> list[Finding]:
    wrk, nginx = Wrk.find(), _nginx()
    folder = bench.folder / "segments"
    files = _segments(folder)
    findings = []
    with Nginx(nginx, folder) as server:
        for name, length in SIZES.items():
            paths = [path for path, data in files.items() if len(data) == length]
            wrong = [text for port in (server.ours, server.bare) for text in _compared(port, paths, files)]

            def rate(port: int, paths: list[str] = paths) -> float:
                return wrk.rate(port, paths, connections=CONNECTIONS, seconds=bench.seconds(SECONDS))

            taken = interleaved(
                {f"{name}, one line": lambda: rate(server.bare), f"{name}, ours": lambda: rate(server.ours)},
                rounds=bench.rounds(ROUNDS),
                say=bench.say,
            )
            findings.append(
                Finding(
                    path=f"segments of {name} ÷ nginx alone",
                    unit="requests/s",
                    ours=Samples(
                        "infra/nginx/zhuxue.conf, its addresses, folders and TLS taken off",
                        taken[f"{name}, ours"].values,
                    ),
                    limit=Samples("`server { listen …; root …; }`", taken[f"{name}, one line"].values),
                    bars=(Bar("ours/limit", at_least=0.95),),
                    wrong=tuple(wrong[:5]),
                    notes=(
                        f"{server.version}, {wrk.version}, {CONNECTIONS} connections, {FILES} files; plain HTTP for both",
                        "no Python process is running: whatever nginx does not serve itself would fail",
                    ),
                )
            )
    shutil.rmtree(folder, ignore_errors=True)
    return findings


def adapted(text: str, folder: Path, port: int) -> str:
    """Return our configuration for a port of this machine and a folder, without TLS. Raises Trouble when it has changed.

    Only what a site must change is changed: addresses, certificates, folders.
    """
    servers = text.index("server {\n    listen 443")
    upstreams = text[: text.index("server {\n    listen 80")]
    rest = re.sub(r"^\s*(listen \[::\]:443.*|ssl_.*)\n", "", text[servers:], flags=re.M)
    rest = rest.replace("listen 443 ssl http2;", f"listen {programs.HOST}:{port};")
    changed = (upstreams + rest).replace("/var/lib/zhuxue/", f"{folder}/").replace("/run/zhuxue/", f"{folder}/")
    if "ssl" in changed or f"{programs.HOST}:{port}" not in changed:
        raise Trouble("infra/nginx/zhuxue.conf is not as this row expects it: look at infra/bench/segments.py")
    return changed


@dataclass(slots=True)
class Nginx:
    """Two servers in one nginx: `ours` and `bare` are their ports."""

    program: str
    folder: Path
    ours: int = 0
    bare: int = 0
    process: Process | None = None

    def __enter__(self) -> "Nginx":
        self.ours, self.bare = programs.free_port(), programs.free_port()
        one_line = f"server {{ listen {programs.HOST}:{self.bare}; root {self.folder}; }}"
        servers = f"{adapted(OURS.read_text(encoding='utf-8'), self.folder, self.ours)}\n{one_line}"
        temporary = " ".join(f"{name}_temp_path {self.folder}/temp-{name};" for name in TEMPORARY)
        configuration = self.folder / "nginx.conf"
        around = AROUND.format(folder=self.folder, temporary=temporary, servers=servers)
        user = "user root;\n" if os.geteuid() == 0 else ""  # the folder may lie where other accounts cannot pass
        configuration.write_text(user + around, encoding="utf-8")
        command = (self.program, "-c", str(configuration), "-e", f"{self.folder}/error.log", "-g", "daemon off;")
        log = self.folder / "nginx.log"
        self.process = Process(Program(name="nginx", command=command, log=log, env=dict(os.environ), cwd=self.folder))
        self.process.start()
        end = time.monotonic() + 10
        while not probes.http_answers(programs.HOST, self.bare, f"{ADDRESS}/1000000/00000.ts"):
            if not self.process.runs or time.monotonic() > end:
                raise self.process.dead()
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None:
            self.process.stop()

    @property
    def version(self) -> str:
        said = subprocess.run([self.program, "-v"], capture_output=True, text=True, check=True)
        return said.stderr.strip().removeprefix("nginx version: ")


def _nginx() -> str:
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise NotHere("nginx is not installed: apt-get install nginx-light")
    return found


def _segments(folder: Path) -> dict[str, bytes]:
    """Write files as the media store names them; return what each address must answer."""
    shutil.rmtree(folder, ignore_errors=True)
    files = {}
    for length in SIZES.values():
        place = folder / ADDRESS.lstrip("/") / str(length)
        place.mkdir(parents=True)
        for number in range(FILES):
            path = place / f"{number:05d}.ts"
            data = os.urandom(1024) * (length // 1024 + 1)
            path.write_bytes(data[:length])
            files[f"{ADDRESS}/{length}/{number:05d}.ts"] = data[:length]
    return files


def _compared(port: int, paths: list[str], files: dict[str, bytes]) -> list[str]:
    """Fetch each address once; say which do not answer what was written."""
    wrong = []
    connection = http.client.HTTPConnection(programs.HOST, port, timeout=10)
    for path in paths:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.read() != files[path] or answer.status != http.client.OK:
            wrong.append(f"{path} on port {port}: {answer.status}, other bytes than were written")
    connection.close()
    return wrong


ROW = Row("segments", "segments through nginx, our configuration ÷ nginx alone", measure)
