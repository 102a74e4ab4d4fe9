"""Houses for tests that need the real processes: migrated, or furnished with the demo, once a run; then copied.

Migrating takes half a minute on two busy cores and the demo's films another: whoever needs a house gets a copy of the folder
that the first one left behind. LMS_TEST_HOUSES names where the processes of one run keep them; without it each process keeps
its own. On servers of the operator's nothing is copied: there a database cannot be taken along with its folder.
"""

import atexit
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from infra.embedded import keys
from infra.embedded.cluster import Cluster, operator_named_servers

FILMS = "C01,C10,site_civil-04"  # enough for the stories; all sixteen take a minute of encoding


@contextmanager
def open_house(
    *, demo: bool = False, own_servers: bool | None = None, env: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """Open a house of one's own on a throw-away folder; its application is not started yet.

    demo: with the demo's people and a few of its films. own_servers: None lets the environment decide; True for tests
    that kill them.
    """
    ours = not operator_named_servers() if own_servers is None else own_servers
    with tempfile.TemporaryDirectory(prefix="zx-") as folder:
        data = Path(folder) / "var"
        if ours:
            _copy(_made(demo=demo), data)
        with Cluster(data=data, own_servers=ours, env=env) as cluster:
            if demo and not ours:
                cluster.manage("load_demo", "--films", FILMS)
            yield cluster


def _made(*, demo: bool) -> Path:
    """Return the folder of a stopped house, made by whichever process of the run asks first."""
    place = _place()
    made = place / f"{'demo' if demo else 'bare'}-{_keys_digest()}"
    with (place / f"{made.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = place / f"{made.name}.half"
            shutil.rmtree(half, ignore_errors=True)  # of one who was killed while making it
            if demo:
                _copy(_made(demo=False), half)
            with Cluster(data=half) as cluster:
                if demo:
                    cluster.manage("load_demo", "--films", FILMS)
            half.rename(made)
    return made


def _copy(made: Path, data: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", str(made), str(data)], check=True)  # keeps the owners
    shutil.rmtree(data / "run")  # the ports and sockets of the last time: two that live at once need their own


def _keys_digest() -> str:
    """Name the keys of the environment: a folder made under others, or under its own, cannot be read with these."""
    named = {name: os.environ.get(name, "") + os.environ.get(f"{name}_FILE", "") for name in keys.KINDS}
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]


@cache
def _place() -> Path:
    if named := os.environ.get("LMS_TEST_HOUSES"):
        Path(named).mkdir(parents=True, exist_ok=True)
        return Path(named)
    place = Path(tempfile.mkdtemp(prefix="zx-houses-"))
    place.chmod(0o755)  # the account of the servers must pass through
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place
