"""An honest log is good, by every way to verify it; each way to spoil one is found and named."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from analytics.domain.evidence import Wrong, verify_pack
from analytics.domain.standalone import verifier_source
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import Cosignature, LogRecord, TreeHead
from analytics.learning_log.queries import whole
from analytics.learning_log.signer import Signer, verify_quickly
from infra.embedded.scratch import beside
from tests.analytics.learning_log.tampering import TAMPERINGS, House, packed, verify_bundle, verify_stored
from tests.analytics.learning_log.witnessing import WITNESS, a_cosignature, cosigned

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


def test_an_honest_log_is_good(log: House) -> None:
    verify_bundle(log)
    verify_stored(log)


@pytest.mark.parametrize("verify", [verify_bundle, verify_stored])
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.__name__)
def test_each_tampering_is_found_and_named(
    log: House, verify: Callable[[House], None], tampering: Callable[[House], str]
) -> None:
    expected = tampering(log)
    with pytest.raises(Wrong, match=expected):
        verify(log)


def test_the_chunks_of_many_processes_give_the_same(log: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, so that heads lie inside, at the edge of and across them."""
    for levels in (3, 5, 6):
        monkeypatch.setattr(whole, "CHUNK_LEVELS", levels)
        monkeypatch.setattr(whole, "CHUNK", 1 << levels)
        verify_stored(log)
        good = whole.verify_whole(keys=[], brought=log.left, start=100, run=map, tell=lambda *_: None)
        assert good.records < good.size and good.heads == TreeHead.objects.count()


def test_cosignatures_are_read_in_batches(
    log: House, django_assert_num_queries: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = list(TreeHead.objects.order_by("size"))
    for head in heads:
        Cosignature.objects.get_or_create(
            head_size=head.size,
            witness=WITNESS.name,
            defaults={"line": cosigned(head.note), "verifier_key": WITNESS.text, "cosigned_at": timezone.now()},
        )
    count = Cosignature.objects.count()
    assert count >= len(heads) > 1
    with django_assert_num_queries(4):  # the rows, their heads, what stands under these, and that there are no more
        whole._check_cosignatures()
    monkeypatch.setattr(whole, "COSIGNATURES", 1)
    with django_assert_num_queries(3 * count + 1):
        whole._check_cosignatures()
    forged = a_cosignature(heads[0].note, heads[-1].size)
    forged.witness = "witness.example/forged"
    forged.save(force_insert=True)
    for batch in (1, 1_000):
        monkeypatch.setattr(whole, "COSIGNATURES", batch)
        with pytest.raises(Wrong, match=r"the cosignature of witness\.example/forged on the head of"):
            whole._check_cosignatures()


IN_TWO_PROCESSES = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
from analytics.learning_log.queries import whole
settings.LOG_SIGNING_KEY, settings.LOG_ORIGIN = {key!r}, {origin!r}
whole.CHUNK_LEVELS, whole.CHUNK = 3, 8
call_command("verify_log", "--processes=2")
"""


@pytest.mark.django_db(transaction=True)
def test_processes_that_are_forked_share_no_connection(
    append_many: AppendMany, seal: Seal, signer: Signer, settings: Settings
) -> None:
    append_many(100, learner_id=7)
    seal()
    url = beside(os.environ["DATABASE_URL"], str(connection.settings_dict["NAME"]))
    code = IN_TWO_PROCESSES.format(key=settings.LOG_SIGNING_KEY, origin=settings.LOG_ORIGIN)
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    assert "GOOD" in ran.stdout


def test_the_commands(log: House, tmp_path: Path, signer: Signer) -> None:
    pack, left = tmp_path / "log.zip", tmp_path / "left.txt"
    left.write_text(log.left[0], encoding="utf-8")
    call_command("export_log", str(pack), stdout=io.StringIO())
    told = io.StringIO()
    call_command("verify_log", "--processes=1", f"--checkpoint={left}", stdout=told)
    call_command("verify_log", f"--bundle={pack}", f"--checkpoint={left}", f"--key={signer.key.text}", stdout=told)
    assert told.getvalue().count("GOOD") == 2
    stranger = Signer(signer.origin, Ed25519PrivateKey.generate())
    with pytest.raises(CommandError, match="no signature by a known key"):
        call_command("verify_log", f"--bundle={pack}", f"--key={stranger.key.text}", stdout=told)
    with pytest.raises(CommandError, match="no signature by a known key"):
        call_command("verify_log", "--processes=1", f"--key={stranger.key.text}", stdout=told)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE analytics_logrecord SET learner_id = 9 WHERE id = (SELECT max(id) FROM analytics_logrecord)"
        )
    with pytest.raises(CommandError, match=r"WRONG: record #.* was altered: the column learner_id"):
        call_command("verify_log", "--processes=1", stdout=told)


def test_a_pack_verifies_with_nothing_but_python(log: House, tmp_path: Path) -> None:
    """The very file that lies in the pack, in a Python without our packages."""
    pack, left = tmp_path / "log.zip", tmp_path / "left.txt"
    pack.write_bytes(packed(log).getvalue())
    left.write_text(log.left[1], encoding="utf-8")
    with zipfile.ZipFile(pack) as file:
        assert file.read("verify.py").decode() == verifier_source()
        file.extract("verify.py", tmp_path)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)

    good = run(str(pack), "--checkpoint", str(left), "--key", log.signer.key.text)
    assert (good.returncode, good.stderr) == (0, "") and "GOOD" in good.stdout
    TAMPERINGS[0](log)
    pack.write_bytes(packed(log).getvalue())
    wrong = run(str(pack))
    assert (wrong.returncode, wrong.stderr) == (1, "") and "WRONG: record #" in wrong.stdout
    assert run().returncode == 2
    assert run(str(left)).returncode == 1


def spoilt(pack: io.BytesIO, name: str, change: Callable[[Any], Any]) -> io.BytesIO:
    """The pack with one of its files changed; a .jsonl as the list of its lines."""
    made = io.BytesIO()
    with zipfile.ZipFile(pack) as old, zipfile.ZipFile(made, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            if each == name == "manifest.json":
                data = json.dumps(change(json.loads(data))).encode()
            elif each == name:
                lines = change([json.loads(line) for line in data.splitlines()])
                data = "\n".join(json.dumps(line) for line in lines).encode()
            new.writestr(each, data)
    return made


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("records.jsonl", lambda lines: lines[1:], "position 0 is missing"),
        ("records.jsonl", lambda lines: [*lines[:5], *lines[6:]], "position 5 is missing"),
        ("records.jsonl", lambda lines: [*lines[:5], lines[4], *lines[5:]], "position 4 is there twice"),
        ("records.jsonl", lambda lines: [lines[0] | {"canonical": 5}], "cannot be read"),
        ("records.jsonl", lambda lines: [{}], "cannot be read"),
        ("heads.jsonl", lambda lines: [], "no signed head"),
        ("heads.jsonl", lambda lines: lines[::-1], "does not follow"),
        ("heads.jsonl", lambda lines: [{"note": "x"}], "head no. 1"),
        ("manifest.json", lambda told: told | {"format": 2}, "another format"),
        ("manifest.json", lambda told: [], "cannot be read"),
        ("manifest.json", lambda told: told | {"unplaced": [3]}, "record #3 has no place"),
    ],
)
def test_a_spoilt_pack_is_refused_in_words(log: House, name: str, change: Callable[[Any], Any], expected: str) -> None:
    with pytest.raises(Wrong, match=expected):
        verify_pack(spoilt(packed(log), name, change), verify=verify_quickly)


def test_what_is_no_pack_at_all_is_refused() -> None:
    for data in (b"", b"PK\x03\x04 nothing", b"x" * 1000):
        with pytest.raises(Wrong, match="cannot be read"):
            verify_pack(io.BytesIO(data))


def test_what_waits_is_no_fault(log: House, append_many: AppendMany, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE analytics_logrecord ENABLE ALWAYS TRIGGER log_record_arrives")
    append_many(3, happened_at=now - timedelta(days=1))
    verify_bundle(log)
    verify_stored(log)
