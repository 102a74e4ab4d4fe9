"""No place for faces that erasure does not know: columns of every room, files, caches, queues, backups, the whole database."""

import base64
import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from lms.accounts.models import User
from proctoring import actions, face_store, frames_gateway, tasks
from proctoring.models import FaceTemplate
from tests.proctoring.conftest import PASSED, Sitting, worker_hands_over

ROOM = Path(str(face_store.__file__)).parent
PICTURE = b"\xff\xd8\xff" + b"a face that is looked for in every table" + b"\xff\xd9"
# What bytes, files and vectors of the other rooms hold instead of a face. A new one is a decision to be written here;
# those that are named for a hash hold one.
HOLD_NO_FACE = {
    "accounts.Identity.number_encrypted": "an identity number",
    "analytics.LogRecord.canonical": "figures and ids of a record; no kind of ours takes bytes",
    "analytics.XapiAttachment.content": "what another system sends about learning",
    "analytics.XapiDocument.content": "what another system sends about learning",
    "content.CourseSearch.words": "words of a course",
    "enterprise.Training.code_secret": "a secret",
    "enterprise.ImportBatch.sealed": "rows of a list of staff, sealed",
    "enterprise.RosterImport.file": "a table of names that an employer uploads",
    "exchange.Peer.public_key": "a key",
    "notices.Notice.sealed": "a message",
    "player.Video.master_key_encrypted": "a key",
    "player.Video.source": "a lesson's film",
    "proctoring.FaceSession.sealed_seed": "the secret of a plan",
    "reviews.Evidence.file": "a paper that a learner hands in",
    "wagtailcore.UploadedFile.file": "an editor's upload",
    "wagtaildocs.Document.file": "an editor's upload",
    "wagtailimages.Image.file": "an editor's picture",
    "wagtailimages.Rendition.file": "an editor's picture, made smaller",
    "wagtailsearch.IndexEntry.autocomplete": "words of a page",
    "wagtailsearch.IndexEntry.body": "words of a page",
    "wagtailsearch.IndexEntry.title": "words of a page",
    "wagtailusers.UserProfile.avatar": "what a member of staff chooses to show",
}
ROOMS = {"analytics", "content", "lms", "player", "proctoring"}
NAMED_FOR_A_HASH = re.compile(r"(hash|salt|sha256|digest|root|_index)$")
ROOMY = re.compile(r"Binary|Vector|File|Image")
# Ways by which bytes could leave the room for a place that nobody erases.
ELSEWHERE = re.compile(
    r"django\.core\.cache|default_storage|FileField|ImageField|\bredis\b|write_bytes|write_text|\bopen\(|tempfile|shelve|pickle"
)


def test_every_column_that_could_hold_a_face_is_erased_or_holds_something_else() -> None:
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if ROOMY.search(type(field).__name__)
        and not NAMED_FOR_A_HASH.search(field.name)
        and f"table {model._meta.label}" not in face_store.STORES
    }
    assert columns == set(HOLD_NO_FACE)


def test_a_table_that_says_it_holds_biometrics_is_erased() -> None:
    """Each model says of itself what it holds of persons."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in ROOMS]
    assert len(ours) > 60
    for model in ours:
        said = re.search(r"# pii: (.*)", inspect.getsource(model))
        if said and "biometrics" in said[1] and "no biometrics" not in said[1]:
            assert f"table {model._meta.label}" in face_store.STORES, model._meta.label


def test_the_room_writes_to_no_file_and_no_cache_but_the_registered_lists() -> None:
    wrote = {
        str(path.relative_to(ROOM)): found[0]
        for path in ROOM.rglob("*.py")
        if (found := ELSEWHERE.search(path.read_text(encoding="utf-8"))) and "migrations" not in path.parts
    }
    # clips.py reads films of an evaluation, which are nobody's check.
    assert wrote.keys() - {"vision/clips.py", "evaluation.py"} == {
        "frames_gateway.py",
        "frames_scripts.py",
        "face_store.py",
    }
    assert wrote["face_store.py"] == "redis"  # the name of the registered store


def test_tasks_carry_names_and_never_pictures() -> None:
    """What stands in a broker's queue, or in its log, is found by no erasure."""
    mine = [value for name, value in vars(tasks).items() if hasattr(value, "delay") and not name.startswith("_")]
    assert len(mine) >= 4
    for task in mine:
        kinds = {parameter.annotation for parameter in inspect.signature(task.run).parameters.values()}
        assert kinds <= {str, int}, task.name


def test_the_keys_and_the_open_vectors_are_named_where_backups_are_told() -> None:
    told = (Path(settings.BASE_DIR) / "docs/runbooks/faces.md").read_text(encoding="utf-8")
    for table in face_store.NOT_IN_BACKUPS:
        assert f"--exclude-table-data={table}" in told
    assert {
        f"table {model._meta.label}" for model in apps.get_models() if model._meta.db_table in face_store.NOT_IN_BACKUPS
    } <= set(face_store.STORES)


def test_after_a_withdrawal_no_table_of_any_room_and_no_list_holds_the_face(
    learner: User, sit: Callable[..., Sitting], now: datetime
) -> None:
    template = FaceTemplate.objects.filter(learner=learner).first()
    assert template is not None
    face_store.keep_picture(learner.pk, PICTURE, at=now, expires_at=None, template=template)
    sitting = sit()
    sitting.until_asked()
    sitting.tries(PASSED)
    nonce = "cd" * 16
    worker_hands_over(nonce, learner.pk, frames_gateway.Seen([PICTURE], [PICTURE], [PICTURE]))
    vector = face_store.packed(face_store.templates_of(learner.pk, "geometry")[0])
    written = first_digits(face_store.templates_of(learner.pk, "geometry")[0])
    assert PICTURE in b"".join(frames_gateway.noted(nonce)[1])
    assert "proctoring_faceindex" in tables_with((written,))

    actions.withdraw_consent(learner=learner, at=now)

    forms = [form for data in (PICTURE, vector) for form in (data.hex(), base64.b64encode(data).decode())]
    assert tables_with((*forms, written)) == set()
    assert frames_gateway.noted(nonce) == ((), ())
    assert not [key for key in frames_gateway.kept() if nonce.encode() in key]
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        assert not path.is_file() or PICTURE not in path.read_bytes()


def first_digits(vector: Sequence[float]) -> str:
    """Return how one of these numbers begins, in whatever form it is written out; not one that rounding would change."""
    return next(str(abs(value))[:7] for value in vector if 0.1 < abs(value) < 1 and str(abs(value))[7] in "23456")


def tables_with(needles: tuple[str, ...]) -> set[str]:
    """Return the tables of the whole database in a row of which, written out as text (bytes as hex), one of these stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(
                f'SELECT 1 FROM "{table}" AS t CROSS JOIN unnest(%s::text[]) AS n(needle)'  # noqa: S608 — names of our tables
                " WHERE strpos(t::text, n.needle) > 0 LIMIT 1",
                [list(needles)],
            )
            if cursor.fetchone():
                found.add(table)
    return found


def tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        yield from [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("name", sorted(face_store.STORES))
def test_every_registered_store_has_a_deed_that_erases_and_counts(name: str, learner: User) -> None:
    assert face_store.STORES[name](learner.pk) >= 0
