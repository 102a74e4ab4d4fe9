"""What a program that reads strangers' files may no longer do."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from player.videos.child_process import Allowance, run_confined

LANDLOCK = ctypes.CDLL(None).syscall(444, None, 0, 1)
needs_landlock = pytest.mark.skipif(LANDLOCK < 1, reason="this kernel has no Landlock; the readers' whitelists remain")
PYTHON = (sys.prefix, sys.base_prefix)


def allowance(**changes: object) -> Allowance:
    ordinary = Allowance(wall_seconds=20, cpu_seconds=20, memory_bytes=1024**3, file_bytes=1024**2, readable=PYTHON)
    return replace(ordinary, **changes)  # type: ignore[arg-type]  # the fields' types are checked by the tests' own use


def run(script: str, folder: Path, **changes: object) -> tuple[int, str, bool]:
    lines: list[str] = []
    ended = run_confined(
        [sys.executable, "-I", "-S", "-c", script], allowance(**changes), folder=folder, on_line=lines.append
    )
    return ended.exit_code, "\n".join(lines) + ended.errors, ended.timed_out


@needs_landlock
def test_it_reads_the_files_it_was_given_and_no_other(tmp_path: Path) -> None:
    given, other = tmp_path / "given", tmp_path / "other"
    given.write_text("lesson", encoding="utf-8")
    other.write_text("secret", encoding="utf-8")
    ask = "print(open({!r}).read())"
    assert run(ask.format(str(given)), tmp_path, readable=(*PYTHON, str(given)))[:2] == (0, "lesson")
    for forbidden in (str(other), "/etc/passwd", "/proc/1/environ", f"/proc/{os.getpid()}/environ"):
        code, said, _ = run(ask.format(forbidden), tmp_path, readable=(*PYTHON, str(given)))
        assert code != 0
        assert "PermissionError" in said
        assert "secret" not in said


@needs_landlock
def test_it_writes_only_where_it_may(tmp_path: Path) -> None:
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    allowed.mkdir()
    other.mkdir()
    write = "open({!r}, 'w').write('x')"
    assert run(write.format(str(allowed / "x")), allowed, writable=(str(allowed),))[0] == 0
    assert "PermissionError" in run(write.format(str(other / "x")), allowed, writable=(str(allowed),))[1]
    assert list(other.iterdir()) == []


@pytest.mark.skipif(LANDLOCK < 4, reason="Landlock forbids TCP since version 4")
def test_it_reaches_no_server(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code, said, _ = run(f"import socket; socket.create_connection(('127.0.0.1', {port}))", tmp_path)
    assert code != 0
    assert "PermissionError" in said


def test_it_sees_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_MEDIA_KEY", "very secret")
    assert "secret" not in run("import os; print(dict(os.environ))", tmp_path)[1]


def test_too_much_memory_is_refused(tmp_path: Path) -> None:
    code, said, _ = run("x = bytearray(2 * 1024**3)", tmp_path)
    assert code != 0
    assert "MemoryError" in said


def test_too_large_a_file_is_refused(tmp_path: Path) -> None:
    run("open('x', 'wb').write(bytes(2 * 1024**2))", tmp_path, writable=(str(tmp_path),))
    assert (tmp_path / "x").stat().st_size <= 1024**2


def test_too_much_processor_time_ends_it(tmp_path: Path) -> None:
    code, _, timed_out = run("while True: pass", tmp_path, cpu_seconds=1)
    assert code == -signal.SIGKILL
    assert not timed_out


def living_members_of(group: int) -> list[str]:
    """The processes of a group that still run. A dead one may stay listed until init takes note of it."""
    facts = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            facts.append(stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split())
    return [state for state, _, its_group, *_ in facts if int(its_group) == group and state not in "ZX"]


def test_when_its_time_is_over_its_children_die_with_it(tmp_path: Path) -> None:
    script = "import os, time\nif os.fork() == 0: time.sleep(60)\nprint(os.getpgrp(), flush=True); time.sleep(60)"
    started = time.monotonic()
    _, said, timed_out = run(script, tmp_path, wall_seconds=1)
    assert timed_out
    assert time.monotonic() - started < 10
    end = time.monotonic() + 5
    while living_members_of(int(said.split()[0])):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_program_that_floods_us_is_read_but_not_kept(tmp_path: Path) -> None:
    lines: list[str] = []
    script = "import sys\nfor _ in range(200): sys.stderr.write('x' * 100000)\nprint('done')"
    ended = run_confined([sys.executable, "-I", "-S", "-c", script], allowance(), folder=tmp_path, on_line=lines.append)
    assert (ended.exit_code, lines) == (0, ["done"])
    assert len(ended.errors) <= 8192


def test_what_a_tick_raises_ends_the_program(tmp_path: Path) -> None:
    def lose() -> None:
        raise LookupError

    started = time.monotonic()
    with pytest.raises(LookupError):
        run_confined(
            [sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"],
            allowance(),
            folder=tmp_path,
            on_tick=lose,
        )
    assert time.monotonic() - started < 10


def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    """A worker killed in mid-job leaves no ffmpeg behind."""
    script = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from pathlib import Path
from player.videos.child_process import Allowance, run_confined
sleeper = [sys.executable, "-I", "-S", "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(60)"]
may = Allowance(wall_seconds=60, cpu_seconds=60, memory_bytes=2**30, file_bytes=0, readable={PYTHON!r})
run_confined(sleeper, may, folder=Path({str(tmp_path)!r}), on_line=lambda line: print(line, flush=True))
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        child = int(worker.stdout.readline())
        worker.kill()
        worker.wait()
    for _ in range(100):
        if not _is_running(child):
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
