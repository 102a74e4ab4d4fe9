"""Run as a script: give up every right that reading a stranger's file does not need, then become the program that
reads it.

    python -I -S confined.py '{"parent": 4711, "memory_bytes": …, …}' ffmpeg -i …

A script of its own, because `preexec_fn` is not safe in a process with threads, and because it must import nothing
of ours. What it takes away: other people's files and the network (Landlock, where the kernel has it; the whitelists
of the readers stand behind it), memory, processor time, file size, new privileges, and life beyond the parent's.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from typing import TypedDict


class Confinement(TypedDict):
    """What the program may still do. Paths that do not exist are passed over."""

    parent: int  # process id: if it is gone already, nothing is started
    memory_bytes: int  # of address space
    cpu_seconds: int
    file_bytes: int  # the largest file it may write
    nice: int
    readable: list[str]  # files, and folders with all that is in them
    writable: list[str]  # folders


_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
# One number on every architecture, since these calls are younger than the common table.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_VERSION_FLAG = 1
_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_FILE_RIGHTS = _EXECUTE | 1 << 1 | _READ_FILE | 1 << 14 | 1 << 15
# How many of the file rights a kernel knows, by version of its Landlock; asking for more than it knows is an error.
_RIGHTS_KNOWN = {1: 13, 2: 14, 3: 15, 4: 15}
_LATEST_RIGHTS = 16
_NET_VERSION = 4
_BIND_AND_CONNECT_TCP = 0b11


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _restrict_files_and_network(libc: ctypes.CDLL, confinement: Confinement) -> None:
    """Allow only the listed paths and no TCP. Does nothing on a kernel without Landlock (before 5.13)."""
    version = libc.syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION_FLAG)
    if version < 1:
        return
    handled = (1 << _RIGHTS_KNOWN.get(version, _LATEST_RIGHTS)) - 1
    attributes = _RulesetAttributes(handled, _BIND_AND_CONNECT_TCP if version >= _NET_VERSION else 0)
    length = ctypes.sizeof(attributes) if version >= _NET_VERSION else 8
    ruleset = libc.syscall(_LANDLOCK_CREATE_RULESET, ctypes.byref(attributes), length, 0)
    if ruleset < 0:
        return
    for paths, rights in (
        (confinement["readable"], _EXECUTE | _READ_FILE | _READ_DIR),
        (confinement["writable"], handled),
    ):
        for path in paths:
            _allow(libc, ruleset, path, rights & handled)
    libc.syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    if not os.path.isdir(path):
        rights &= _FILE_RIGHTS  # the kernel refuses folder rights on a file
    rule = _PathBeneath(rights, fd)
    libc.syscall(_LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0)
    os.close(fd)


def _enter(confinement: Confinement, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != confinement["parent"]:
        sys.exit(os.EX_TEMPFAIL)  # the parent died before the line above, which would now wait for init's death
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    os.nice(confinement["nice"])
    for which, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, confinement["file_bytes"]),
        (resource.RLIMIT_CPU, confinement["cpu_seconds"]),
        (resource.RLIMIT_AS, confinement["memory_bytes"]),
    ):
        hard = resource.getrlimit(which)[1]
        least = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(which, (least, least))
    _restrict_files_and_network(libc, confinement)
    os.execv(command[0], command)  # noqa: S606 — the whole point: no shell, a fixed program


if __name__ == "__main__":
    _enter(json.loads(sys.argv[1]), sys.argv[2:])
