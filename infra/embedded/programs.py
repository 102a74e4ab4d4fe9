"""The processes of the application itself, what they are told, and their port."""

import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.embedded import payments
from infra.embedded.folder import DataFolder
from infra.embedded.process import Program
from infra.embedded.trouble import Trouble

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
APPLICATION = ("payments", "web", "worker", "faces", "beat", "sequencer")  # in the order of their start
# A thousand pages that lost one server come back within seconds: each waits its turn, and none is thrown out for waiting.
SOCKETS = ("-m", "daphne", "--websocket_connect_timeout", "20")
_CELERY = ("-m", "celery", "-A", "lms.config.celery")


def application(name: str, folder: DataFolder, env: Mapping[str, str], port: int) -> Program:
    """Return the program of one of APPLICATION."""
    arguments = {
        "web": (*SOCKETS, "-b", HOST, "-p", str(port), "lms.config.asgi:application"),
        "worker": (*_CELERY, "worker", "-c", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"),
        # A queue of its own: a film that is transcoded must not keep a face waiting, nor the other way round.
        "faces": (*_CELERY, "worker", "-Q", "faces", "-n", "faces@%h", "-c", "2", "--loglevel", "INFO",
                  "--without-gossip", "--without-mingle", "--without-heartbeat"),
        "beat": (*_CELERY, "beat", "--loglevel", "INFO", "--pidfile", "",
                 "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler"),
        "sequencer": (str(ROOT / "manage.py"), "sequence_log"),
        "payments": payments.command(folder, env, port) if name == "payments" else (),
    }[name]  # fmt: skip
    # A worker first waits for its tasks; SIGQUIT lets it drop them: they are handed out again.
    patience = (
        ((signal.SIGTERM, 10.0), (signal.SIGQUIT, 5.0)) if name in ("worker", "faces") else ((signal.SIGTERM, 10.0),)
    )
    return Program(
        name=name,
        command=(sys.executable, *arguments),
        log=folder.log(name),
        env=env,
        cwd=ROOT,
        stop_signals=patience,
    )


def environment(
    folder: DataFolder, *, port: int, database_url: str, redis_url: str, more: Mapping[str, str]
) -> dict[str, str]:
    """Return what the processes of the application are told, on top of our own environment."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return {
        **ours,
        "DJANGO_SETTINGS_MODULE": "lms.config.settings",
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "LMS_DATA_DIR": str(folder.path),
        "LMS_SITE_URL": f"http://{HOST}:{port}",
        "LMS_DEMO": "yes",
        "LMS_HTTPS": "no",
        **more,
    }


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Raise Trouble when we could not listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise Trouble(
                f"Port {port} needs the rights of root: choose one above 1023, for example make demo PORT=8080."
            ) from None
        except OSError as error:
            raise Trouble(
                f"Port {port} is taken ({error.strerror}): choose another, for example make demo PORT={port + 1}."
            ) from None
