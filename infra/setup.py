"""Make `.venv` and install exactly what the lock files say: `setup.sh [--dev] [--browser]`.

Runs before anything is installed, so with the standard library alone, and by any Python 3.11. A second run that finds
the lock files unchanged does nothing. pip and uv inherit the caller's environment: proxies, certificates, mirrors.
"""

import argparse
import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
REQUIREMENTS = ROOT / "requirements"
ALWAYS = ("uv", "core", "embedded")
LEAST_FREE_BYTES = 2 * 1024**3
# What uv says of its progress; its line for each of a hundred packages is no such thing.
PROGRESS = ("Resolved", "Downloading", "Downloaded", "Prepared", "Installed", "Bytecode compiled", "Installing", "|")
Command = list[str | Path]
REDIRECTING = {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
PAUSE_SECONDS = 5  # a registry that answers 503 once is no reason to send a newcomer home


class Trouble(Exception):
    """One clear sentence for the person at the terminal."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what checks the project")
    parser.add_argument("--browser", action="store_true", help="also a Chromium for the browser tests")
    parser.add_argument("--office", action="store_true", help="also a LibreOffice, where apt may install one")
    options = parser.parse_args()
    try:
        install(dev=options.dev)
        compile_translations()
        if options.browser:
            run_or_explain([PYTHON, "-m", "infra.chromium", "--install"], "No Chromium could be installed (see above).")
        if options.office:
            run_or_explain([PYTHON, "-m", "infra.office"], "The search for a LibreOffice failed (see above).")
    except Trouble as trouble:
        sys.exit(f"setup: {trouble}")
    except OSError as error:
        sys.exit(f"setup: {error.strerror or error}: {error.filename or VENV}.")
    except KeyboardInterrupt:
        sys.exit("setup: stopped; run it again to go on.")


def install(*, dev: bool) -> None:
    wanted = set(ALWAYS) | ({"dev"} if dev else set())
    if is_installed(wanted):
        return
    check_machine()
    VENV.mkdir(exist_ok=True)
    with only_one_setup():
        if is_installed(wanted):  # another setup has done it while we waited
            return
        installed = read_stamp()
        # What a test run installed stays when the demo is run afterwards.
        groups = sorted(wanted | set(installed.get("groups", ())))
        STAMP.unlink(missing_ok=True)
        make_venv()
        install_uv()
        with step(f"Installing {', '.join(groups)} from the lock files"):
            sync(groups)
        STAMP.write_text(json.dumps({"groups": groups, **state_of(groups)}, indent=1), encoding="utf-8")


def is_installed(wanted: set[str]) -> bool:
    stamp = read_stamp()
    groups = set(stamp.get("groups", ()))
    if not wanted <= groups or not PYTHON.exists():
        return False
    return {key: value for key, value in stamp.items() if key != "groups"} == state_of(sorted(groups))


def read_stamp() -> dict[str, list[str]]:
    """Return what the last complete setup wrote, or nothing when there was none or it cannot be read."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def state_of(groups: list[str]) -> dict[str, list[str]]:
    """Return what makes an installation stale when it changes: lock files, Python, the place of the folder."""
    locks = [hashlib.sha256(lock_file(group).read_bytes()).hexdigest() for group in groups]
    return {"locks": locks, "python": [sys.version.split()[0]], "place": [str(VENV)]}


def lock_file(group: str) -> Path:
    path = REQUIREMENTS / f"{group}.txt"
    if not path.exists():
        raise Trouble(f"{path} is missing: this is not a complete checkout.")
    return path


def check_machine() -> None:
    if sys.platform != "linux":
        raise Trouble("only Linux is supported: the embedded servers are Linux binaries.")
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise Trouble(
                f"this Python ({sys.executable}) has no {module} module: on Debian, apt-get install python3.11-venv."
            )
    free = shutil.disk_usage(ROOT).free
    if free < LEAST_FREE_BYTES:
        raise Trouble(f"only {free / 1024**3:.1f} GB are free at {ROOT}; the installation needs 2 GB.")
    if not os.access(ROOT, os.W_OK):
        raise Trouble(f"{ROOT} is not writable by you: check it out into a folder of your own.")


@contextlib.contextmanager
def only_one_setup() -> Iterator[None]:
    with (VENV / "setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another setup is running in this folder; waiting for it.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_venv() -> None:
    """Make the environment, and make it anew when its interpreter is gone, another, or moved with the folder."""
    if venv_works():
        return
    with step(f"Making {VENV.relative_to(ROOT)}"):
        for name in ("bin", "lib", "include"):
            shutil.rmtree(VENV / name, ignore_errors=True)
        run_or_explain([sys.executable, "-m", "venv", VENV], f"{VENV} could not be made (see above).")


def venv_works() -> bool:
    script = "import sys, pip; print(sys.version.split()[0], sys.prefix)"
    try:
        said = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return said.stdout.split(maxsplit=1) == [sys.version.split()[0], f"{VENV}\n"]


def install_uv() -> None:
    lock = lock_file("uv")
    version = lock.read_text(encoding="utf-8").split("==")[1].split()[0]
    with contextlib.suppress(OSError):
        said = subprocess.run([VENV / "bin" / "uv", "--version"], capture_output=True, text=True, check=False)
        if said.stdout.split()[1:2] == [version]:
            return
    with step(f"Installing uv {version}"):
        pip: Command = [PYTHON, "-m", "pip", "install", "-q", "--retries=2", "--require-hashes", "-r", lock]
        try_again(pip, "uv could not be installed (see above): is the package registry reachable from here?")


def sync(groups: list[str]) -> None:
    locks = [lock_file(group) for group in groups]
    uv: Command = [
        VENV / "bin" / "uv",
        "pip",
        "sync",
        "--python",
        PYTHON,
        "--require-hashes",
        "--compile-bytecode",
        *locks,
    ]
    problem = (
        "the packages could not be installed (see above): is the package registry reachable, and is the disk full?"
    )
    try_again(uv, problem, registry_for_uv())


def registry_for_uv() -> dict[str, str]:
    """Return the mirror that pip is told of, for uv reads neither pip's variables nor its files."""
    if any(os.environ.get(name) for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL")):
        return {}
    index = os.environ.get("PIP_INDEX_URL", "")
    if not index:
        said = subprocess.run(
            [PYTHON, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
        )
        index = said.stdout.strip() if said.returncode == 0 else ""
    return {"UV_DEFAULT_INDEX": index} if index else {}


def compile_translations() -> None:
    """Compile the message catalogues that are newer than their compiled form, or were never compiled."""
    if not (ROOT / "infra" / "translations.py").exists() and not (ROOT / "infra" / "translations").exists():
        return
    sources = [*(ROOT / "lms" / "locale").glob("*/LC_MESSAGES/*.po")]
    if all(is_newer(source.with_suffix(".mo"), source) for source in sources):
        return
    with step("Compiling the translations"):
        run_or_explain(
            [PYTHON, "-m", "infra.translations", "compile"], "the translations could not be compiled (see above)."
        )


def is_newer(one: Path, other: Path) -> bool:
    return one.exists() and one.stat().st_mtime_ns >= other.stat().st_mtime_ns


def try_again(command: Command, problem: str, extra: Mapping[str, str] | None = None) -> None:
    if run(command, extra)[0] != 0:
        say(f"  that did not work; once more in {PAUSE_SECONDS} s")
        time.sleep(PAUSE_SECONDS)
        run_or_explain(command, problem, extra)


def run_or_explain(command: Command, problem: str, extra: Mapping[str, str] | None = None) -> None:
    code, said = run(command, extra)
    if code != 0:
        for line in said[-6:]:
            say(f"  | {line}")
        raise Trouble(problem)


def run(command: Command, extra: Mapping[str, str] | None = None) -> tuple[int, list[str]]:
    """Run it, show how far it is, and return its exit code with what else it said."""
    # An activated environment or a PYTHONHOME of the caller must not redirect what is installed where.
    ours = {key: value for key, value in os.environ.items() if key not in REDIRECTING}
    said = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**ours, **(extra or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as running:
        for line in running.stdout or ():
            if line.lstrip().startswith(PROGRESS):
                say(f"  {line.strip()}")
            elif line.strip():
                said.append(line.rstrip())
    return running.returncode, said


@contextlib.contextmanager
def step(title: str) -> Iterator[None]:
    started = time.monotonic()
    say(f"{title} …")
    yield
    say(f"  done in {time.monotonic() - started:.1f} s")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
