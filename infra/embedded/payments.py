"""The payment service of the demo: the simulator of infra/stripe_simulator, unless the operator has named a real one."""

import os
import secrets
import socket
from collections.abc import Mapping

from infra.embedded.folder import DataFolder

HOST = "127.0.0.1"
SECRET_KEY = "sk_test_simulator"  # noqa: S105 — opens nothing but the simulator on this machine


def environment(folder: DataFolder) -> dict[str, str]:
    """Return what the application is told of the simulator; nothing when the environment names an account with Stripe."""
    if os.environ.get("LMS_STRIPE_SECRET_KEY") or os.environ.get("LMS_STRIPE_SECRET_KEY_FILE"):
        return {}
    return {
        "LMS_STRIPE_SECRET_KEY": SECRET_KEY,
        "LMS_STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(16)}",
        "LMS_STRIPE_API_BASE": f"http://{HOST}:{_port(folder)}",
    }


def command(folder: DataFolder, env: Mapping[str, str], port: int) -> tuple[str, ...]:
    """Return the arguments that start the simulator for an application on `port`. Its secrets come by the environment."""
    return (
        "-m", "infra.stripe_simulator",
        "--port", env["LMS_STRIPE_API_BASE"].rsplit(":", 1)[-1],
        "--data", str(folder.run / "payments.sqlite"),
        "--webhook-url", f"http://{HOST}:{port}/orders/stripe/",
    )  # fmt: skip


def _port(folder: DataFolder) -> int:
    """Return the port of the last time while it is free: pages to pay on that were opened then still lead somewhere."""
    note = folder.run / "payments.port"
    wanted = int(note.read_text(encoding="ascii")) if note.exists() else 0
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    note.write_text(str(port), encoding="ascii")
    return port
