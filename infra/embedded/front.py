"""The guard around the supervisor: whichever of the two is killed, the other one leaves no process behind.

The guard stays at the terminal and does nothing but pass signals on. The supervisor runs in a session of its own, so
that a signal to the whole group of the terminal reaches the guard alone. Both adopt the orphans below them, and end
them at their own end.
"""

import os
import signal
import sys
import time
from collections.abc import Callable

from infra.embedded import kernel
from infra.embedded.trouble import Trouble

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
IMPATIENT = 3  # so many signals mean: at once
CLEAN_END_SECONDS = 8
TERMINAL_SECONDS = 1


class Stop(BaseException):
    """Somebody asked us to stop. Not an Exception: no handler of errors may swallow it."""


def run_guarded(deed: Callable[[], int], clean_up: Callable[[], None]) -> int:
    """Run the deed under the guard and return its exit code. The deed sees a request to stop as the exception Stop.

    clean_up: removes the files that a killed supervisor leaves; called by the guard at the very end, always.
    """
    die_with_make()
    kernel.adopt_orphans()
    # Under nohup, a terminal that closes is none of our business. SIGINT is heeded always: scripts ignore it for what
    # they start in the background, and have no other way to say Ctrl-C.
    heeded = [which for which in PASSED_ON if which != signal.SIGHUP or signal.getsignal(which) != signal.SIG_IGN]
    guard = os.getpid()
    supervisor = os.fork()
    if supervisor == 0:
        os.setsid()
        kernel.adopt_orphans()
        kernel.die_with_parent(signal.SIGTERM, guard)
        end_process(deed, heeded)
    asked = 0

    def pass_on(which: int, _frame: object) -> None:
        nonlocal asked
        asked += 1
        kernel.send(supervisor, signal.SIGKILL if asked >= IMPATIENT else signal.Signals(which))

    for which in heeded:
        signal.signal(which, pass_on)
    watch_terminal(lambda: kernel.send(supervisor, signal.SIGHUP))
    code = wait_for(supervisor)
    for which in (*PASSED_ON, signal.SIGALRM):
        signal.signal(which, signal.SIG_IGN)
    left = sweep()
    clean_up()
    if code < 0:
        print(
            f"The supervisor was ended by {signal.Signals(-code).name}; {left} processes of it were stopped.",
            file=sys.stderr,
        )
        return 128 - code
    return code


def die_with_make() -> None:
    """Under make, stop when make is killed: it would not tell us. Started from a shell, outlive it if asked to."""
    if os.environ.get("MAKELEVEL"):
        kernel.die_with_parent(signal.SIGTERM, os.getppid())


def watch_terminal(closed: Callable[[], None]) -> None:
    """Call `closed` when the terminal is gone and nobody would tell us.

    The kernel tells the leader of its session alone. If that is make (as in `ssh -t host make demo`), make waits for
    us without passing it on.
    """
    if not (os.getppid() == os.getsid(0) and os.isatty(0)):
        return

    def look(_which: int, _frame: object) -> None:
        if not os.isatty(0):
            signal.setitimer(signal.ITIMER_REAL, 0)
            closed()

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, TERMINAL_SECONDS, TERMINAL_SECONDS)


def end_process(deed: Callable[[], int], heeded: list[signal.Signals]) -> None:
    """Run the deed and end this process with its code, whatever happens in it."""
    code = 1
    try:
        for which in heeded:
            signal.signal(which, stop_once)
        code = deed()
    except Trouble as trouble:
        print(trouble, file=sys.stderr, flush=True)
    except Stop:
        code = 0
    except BaseException:  # noqa: BLE001 — the last handler of this process: it may only report
        sys.excepthook(*sys.exc_info())
    finally:
        sweep()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)


def stop_once(which: int, _frame: object) -> None:
    """Raise Stop; from then on no further request may interrupt the stopping."""
    for other in PASSED_ON:
        signal.signal(other, signal.SIG_IGN)
    raise Stop(signal.Signals(which).name)


def wait_for(child: int) -> int:
    """Return the child's exit code (negative for a signal), burying adopted orphans meanwhile."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return os.waitstatus_to_exitcode(status)


def sweep() -> int:
    """End all that is left below us; Postgres may shut down clean first. Return how many there were."""
    seen: set[int] = set()
    end = time.monotonic() + CLEAN_END_SECONDS
    while below := kernel.children_of(os.getpid()):  # killing one may bring up its children
        for pid in below:
            clean = kernel.name_of(pid) == "postgres" and time.monotonic() < end
            if not clean:
                kernel.send(pid, signal.SIGKILL)
            elif pid not in seen:
                kernel.send(pid, signal.SIGINT)
            seen.add(pid)
        bury()
        time.sleep(0.02)
    return len(seen)


def bury() -> None:
    """Take note of every child that has ended, so that it goes for good."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return
