"""What the person at the terminal sees: numbered steps, how far each is, and how long it took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_BETWEEN_LINES = 3


class Console:
    """Prints steps; several lines of a step are indented under it. `total` numbers them; 0 leaves the numbers out."""

    def __init__(self, total: int = 0) -> None:
        self._total = total
        self._number = 0
        self._live = sys.stdout.isatty()
        self._rewriting = False
        self._heard = True
        self._progress_at = time.monotonic()
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 must not end the demo

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self._number += 1
        started = time.monotonic()
        self.say(f"[{self._number}/{self._total}] {title} …" if self._total else f"{title} …")
        yield
        self.detail(f"done in {time.monotonic() - started:.1f} s")

    def say(self, text: str) -> None:
        self._end_rewriting()
        self._print(text)

    def detail(self, text: str) -> None:
        self.say(f"      {text}")

    def progress(self, text: str) -> None:
        """Show how far a step is: on one line that is written over in a terminal, else on a line now and then."""
        if not self._live:
            if time.monotonic() - self._progress_at > SECONDS_BETWEEN_LINES:
                self._progress_at = time.monotonic()
                self.detail(text)
            return
        self._print(f"\r\033[K      {text}", end="")
        self._rewriting = True

    def _end_rewriting(self) -> None:
        if self._rewriting:
            self._print("")
            self._rewriting = False

    def _print(self, text: str, end: str = "\n") -> None:
        if self._heard:
            try:
                print(text, end=end, flush=True)
            except OSError:  # the terminal is closed, or the reader of the pipe: nobody hears us, and the house goes on
                self._heard = False


class Silent(Console):
    """For tests: says nothing."""

    def say(self, text: str) -> None:
        return

    def progress(self, text: str) -> None:
        return
