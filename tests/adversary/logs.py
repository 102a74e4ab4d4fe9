"""What the processes wrote down while they were attacked: a traceback is a fault, whatever the learners were told."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

_LAST_LINE = re.compile(r"^(?:[\w.]+\.)?(\w*(?:Error|Exception|Disconnected|Timeout|Over|Lost)\b.*)$")

# Daphne says by an exception that the other side has gone while an answer was under way: nothing is lost. Django tells with a
# traceback that somebody was shown the door (403), as the bot was told as well.
HARMLESS = ("Disconnected: Attempt to send on a closed protocol", "Disconnected")
REFUSED = "django.core.exceptions.PermissionDenied: "


def tracebacks(logs: Iterable[Path]) -> Counter[str]:
    """Return the last lines of the tracebacks in these files, with how often each stands there, but for harmless ones."""
    found: Counter[str] = Counter()
    for log in logs:
        if log.exists():
            found.update(_last_lines(log.read_text(encoding="utf-8", errors="replace")))
    return Counter({words: count for words, count in found.items() if not _is_harmless(words)})


def _is_harmless(words: str) -> bool:
    return words in HARMLESS or words.startswith(REFUSED)


def _last_lines(text: str) -> Iterable[str]:
    """A traceback ends with the first line that is not indented; two of a chain count as two."""
    inside = False
    for line in text.splitlines():
        if line.startswith("Traceback (most recent call last)"):
            inside = True
        elif inside and line and not line.startswith((" ", "|", "+")):
            inside = False
            found = _LAST_LINE.match(line)
            yield found[1] if found else line
