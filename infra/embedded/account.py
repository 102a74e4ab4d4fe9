"""Under whose name the servers run: Postgres refuses to run as root."""

import importlib.util
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.embedded.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int


def for_servers(data: Path) -> Account | None:
    """Return an existing account without privileges when we are root; None: run as ourselves. None is made.

    It is the owner of the data, when there are any.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Trouble(
        "Postgres will not run as root, and there is neither an account postgres nor nobody: be another user."
    )


def folder_of(package: str) -> Path | None:
    """Return where a package is installed, without importing it: both would do things, and print, when imported."""
    found = importlib.util.find_spec(package)
    return Path(found.origin).parent if found and found.origin else None


def may_run(account: Account | None, program: Path) -> bool:
    """Tell whether the account can reach and start a program, by starting it: that sees permissions, noexec and all."""
    who = {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": ()}
    try:
        said = subprocess.run([program, "--version"], capture_output=True, cwd="/", timeout=30, check=False, **who)  # type: ignore[call-overload]  # a dict of keywords
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(said.returncode == 0)


def give(path: Path, account: Account | None) -> None:
    """Hand a file or folder, alone, over to the account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)
