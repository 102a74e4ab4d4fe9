"""Tracebacks are found in the logs of the processes; those of a line that broke or a door that was shut are passed over."""

from pathlib import Path

from tests.adversary.logs import tracebacks

LOG = """2026-11-28 08:50:18,355 ERROR django.dispatch Error calling x
Traceback (most recent call last):
  File "a.py", line 1, in f
    g()
    ^^^
AttributeError: 'Settings' object has no attribute 'X'
127.0.0.1 - - "WSDISCONNECT /ws/watch/" - -
Traceback (most recent call last):
  File "b.py", line 2, in h
player.watching.queries.standing.SessionOver: taken_over
Traceback (most recent call last):
  File "c.py", line 3, in i
autobahn.exception.Disconnected: Attempt to send on a closed protocol
Traceback (most recent call last):
  File "d.py", line 4, in j
django.core.exceptions.PermissionDenied: 只有讲师可以确认。
Traceback (most recent call last):
  File "a.py", line 1, in f
AttributeError: 'Settings' object has no attribute 'X'
"""


def test_each_traceback_is_told_by_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text(LOG, encoding="utf-8")
    assert tracebacks([tmp_path / "web.log", tmp_path / "none.log"]) == {
        "AttributeError: 'Settings' object has no attribute 'X'": 2,
        "SessionOver: taken_over": 1,
    }


def test_a_quiet_log_holds_none(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("2026-11-28 WARNING django.request Forbidden: /watch/\n", encoding="utf-8")
    assert not tracebacks([tmp_path / "web.log"])
