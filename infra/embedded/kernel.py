"""What only the Linux kernel can promise: that children die with their parent, and that no orphan gets lost."""

import ctypes
import os
import signal
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)  # before any fork: a child may not load libraries
_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
# Fields of /proc/<pid>/stat after the name; the ticks are in the program and in the kernel, then those of ended children.
_STATE, _PARENT, _SESSION, _STARTED = 0, 1, 3, 19
_PROCESSOR_TICKS = slice(11, 15)


def die_with_parent(death_signal: signal.Signals, parent: int) -> None:
    """Ask for `death_signal` when the thread that made this process ends. For a child, between fork and exec.

    To be called after a change of user, which clears the request.
    """
    _libc.prctl(_SET_DEATH_SIGNAL, int(death_signal), 0, 0, 0)
    if os.getppid() != parent:  # it died before we could ask
        os.kill(os.getpid(), signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, instead of process 1."""
    _libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def facts_of(pid: int) -> list[str] | None:
    """Return state, parent, group, session, … of a process, or None when there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()  # the name may hold blanks and brackets


def is_alive(pid: int) -> bool:
    facts = facts_of(pid)
    return facts is not None and facts[_STATE] not in "ZX"


def started_at(pid: int) -> str | None:
    """Return the clock tick of the start: with the pid it names one process for good, for pids are used again."""
    facts = facts_of(pid)
    return facts[_STARTED] if facts else None


def processor_seconds_of(pid: int) -> float:
    """Return what a process and its ended children have used of the processors; 0 when there is none."""
    facts = facts_of(pid)
    return sum(map(int, facts[_PROCESSOR_TICKS])) / os.sysconf("SC_CLK_TCK") if facts else 0.0


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def family_of(pid: int) -> set[int]:
    """Return the living descendants of a process, and those of its session, without itself."""
    everyone = {int(entry): facts_of(int(entry)) for entry in os.listdir("/proc") if entry.isdigit()}
    family = {pid}
    grown = True
    while grown:
        more = {
            other
            for other, facts in everyone.items()
            if facts and other not in family and (int(facts[_PARENT]) in family or int(facts[_SESSION]) == pid)
        }
        family |= more
        grown = bool(more)
    return {other for other in family - {pid} if is_alive(other)}


def children_of(pid: int) -> set[int]:
    found = set()
    for entry in os.listdir("/proc"):
        facts = facts_of(int(entry)) if entry.isdigit() else None
        if facts and int(facts[_PARENT]) == pid:
            found.add(int(entry))
    return found


def send(pid: int, which: signal.Signals) -> None:
    """Send a signal to a process that may be gone already."""
    try:
        os.kill(pid, which)
    except ProcessLookupError:
        return
