"""Where biometrics lie, and how they come in and go out. Every store is registered here, or a test fails.

`STORES` names each table and each place outside of the database that ever holds a face, with the deed that erases one
person from it. `BARE` names the tables of this room that hold none, so that a new table is a decision, not an oversight.
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import F

from analytics.learning_log.queries.bound import bound_cursor
from proctoring import frames_gateway, person_keys
from proctoring.models import (
    FaceIndex,
    FacePicture,
    FaceTemplate,
    FaceTry,
    PersonKey,
)
from proctoring.vectors import DIMENSIONS, Embedding, TooManyDimensions, Vector


def packed(embedding: Embedding) -> bytes:
    """Return a vector as little-endian float32."""
    return struct.pack(f"<{len(embedding)}f", *embedding)


def unpacked(data: bytes) -> tuple[float, ...]:
    """Return the vector of `packed`."""
    return struct.unpack(f"<{len(data) // 4}f", data)


def padded(embedding: Embedding) -> list[float]:
    """Return the vector with noughts up to the length of the index. Raises TooManyDimensions."""
    if len(embedding) > DIMENSIONS:
        raise TooManyDimensions(len(embedding))
    return [*embedding, *([0.0] * (DIMENSIONS - len(embedding)))]


def keep_picture(
    learner_id: int,
    jpeg: bytes,
    *,
    at: datetime,
    expires_at: datetime | None,
    template: FaceTemplate | None = None,
    face_try: FaceTry | None = None,
    number: int = 0,
) -> FacePicture:
    """Seal a picture under the person's key and keep it until it expires. Inside the caller's transaction."""
    key = person_keys.key_for(learner_id, at)
    return FacePicture.objects.create(
        learner_id=learner_id,
        template=template,
        face_try=face_try,
        number=number,
        sealed=person_keys.seal(key, jpeg, f"picture {learner_id}"),
        taken_at=at,
        expires_at=expires_at,
    )


def keep_template(
    learner_id: int,
    embedding: Embedding,
    *,
    model: tuple[str, str],
    lighting: str,
    quality: Mapping[str, float],
    at: datetime,
) -> FaceTemplate:
    """Seal an embedding under the person's key, and put it into the index. Inside the caller's transaction."""
    key = person_keys.key_for(learner_id, at)
    template = FaceTemplate.objects.create(
        learner_id=learner_id,
        sealed=person_keys.seal(key, packed(embedding), f"template {learner_id}"),
        model_name=model[0],
        model_version=model[1],
        lighting=lighting,
        quality=dict(quality),
        made_at=at,
    )
    FaceIndex.objects.create(template=template, learner_id=learner_id, model_name=model[0], embedding=padded(embedding))
    return template


def open_picture(picture: FacePicture) -> bytes:
    """Return the JPEG. Raises Erased, DoesNotOpen."""
    key = person_keys.key_of(picture.learner_id)
    return person_keys.unseal(key, bytes(picture.sealed), f"picture {picture.learner_id}")


def templates_of(learner_id: int, model_name: str) -> tuple[tuple[float, ...], ...]:
    """Return the embeddings of a person that this model made; none when there is no key. Two queries."""
    rows = list(FaceTemplate.objects.filter(learner_id=learner_id, model_name=model_name).order_by("pk"))
    if not rows:
        return ()
    try:
        key = person_keys.key_of(learner_id)
    except person_keys.Erased:
        return ()
    return tuple(unpacked(person_keys.unseal(key, bytes(row.sealed), f"template {learner_id}")) for row in rows)


def nearness(learner_id: int, model_name: str, faces: Sequence[Embedding]) -> list[float]:
    """Return for each face how alike (cosine) it is to the nearest of the person's templates of this model; none without any.

    One query of the index; where that is empty (after a crash, until the night) the sealed templates are opened.
    """
    if not faces:
        return []
    with bound_cursor(binary=True) as cursor:
        asked: list[Any] = [*map(Vector, faces), learner_id, model_name]
        cursor.execute(_one_to_one(len(faces)), asked)
        (found,) = cursor.fetchall()
    if found[0] is not None:
        return [1.0 - distance for distance in found]
    kept = [padded(template) for template in templates_of(learner_id, model_name)]
    return [max(_cosine(padded(face), one) for one in kept) for face in faces] if kept else []


def nearest(
    embedding: Embedding, model_name: str, *, but: int, limit: int, searched: int, width: int
) -> list[tuple[int, float]]:
    """Return the nearest templates of other persons as (person, cosine distance), the nearest first. One query by HNSW.

    searched: so many of all models and persons are looked through; width: so many the index keeps in sight meanwhile.
    """
    with bound_cursor(binary=True) as cursor:
        told: dict[str, Any] = {"face": Vector(embedding), "width": str(width), "but": but, "model": model_name}
        cursor.execute(_one_to_many(searched, limit), told)
        return [(int(row[0]), float(row[1])) for row in cursor.fetchall()]


@cache
def _one_to_one(faces: int) -> str:
    """Return the statement for so many faces: all of them in one look at the person's templates."""
    columns = ", ".join(["min(embedding <=> %b::vector)"] * faces)
    return f"SELECT {columns} FROM proctoring_faceindex WHERE learner_id = %s AND model_name = %s"  # noqa: S608 — a number


@cache
def _one_to_many(searched: int, limit: int) -> str:
    """Return the statement. The width holds for it alone, and is told in it: what tells it comes first, as the search asks
    for its answer. How many are wanted stands written: a plan for any number of rows would leave the index aside.
    """
    return (
        "SELECT found.learner_id, found.distance"  # noqa: S608 — two numbers
        " FROM (SELECT set_config('hnsw.ef_search', %(width)s, true) AS width) AS told CROSS JOIN LATERAL ("
        " SELECT learner_id, model_name, embedding <=> %(face)b::vector AS distance FROM proctoring_faceindex"
        f" WHERE told.width <> '' ORDER BY embedding <=> %(face)b::vector LIMIT {searched:d}"
        " ) AS found WHERE found.learner_id <> %(but)s AND found.model_name = %(model)s"
        f" ORDER BY found.distance LIMIT {limit:d}"
    )


def _cosine(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True)) / ((math.hypot(*one) * math.hypot(*other)) or 1.0)


def rebuild_index() -> int:
    """Make the index anew from the sealed templates: a restored or crashed house has an empty one. Return its length.

    A template whose key is gone cannot be read: it goes.
    """
    keys: dict[int, bytes | None] = {}
    missing = FaceTemplate.objects.exclude(pk__in=FaceIndex.objects.values("template_id"))
    for row in missing.iterator(chunk_size=500):
        if row.learner_id not in keys:
            try:
                keys[row.learner_id] = person_keys.key_of(row.learner_id)
            except (person_keys.Erased, person_keys.DoesNotOpen):
                keys[row.learner_id] = None
        key = keys[row.learner_id]
        if key is None:
            row.delete()
            continue
        embedding = unpacked(person_keys.unseal(key, bytes(row.sealed), f"template {row.learner_id}"))
        FaceIndex.objects.create(
            template=row, learner_id=row.learner_id, model_name=row.model_name, embedding=padded(embedding)
        )
    return FaceIndex.objects.count()


def _forget_key(learner_id: int) -> int:
    """Overwrite before deleting: a page of the table that is not yet vacuumed then holds nothing."""
    PersonKey.objects.filter(learner_id=learner_id).update(sealed=b"\x00", made_at=F("made_at"))
    return PersonKey.objects.filter(learner_id=learner_id).delete()[0]


def _forget_index(learner_id: int) -> int:
    return FaceIndex.objects.filter(learner_id=learner_id).delete()[0]


def _forget_pictures(learner_id: int) -> int:
    return FacePicture.objects.filter(learner_id=learner_id).delete()[0]


def _forget_templates(learner_id: int) -> int:
    return FaceTemplate.objects.filter(learner_id=learner_id).delete()[0]


def _forget_fingerprints(learner_id: int) -> int:
    return FaceTry.objects.filter(check_asked__session__learner_id=learner_id).update(fingerprint=None)


# In the order in which they go: the key first, so that whatever fails afterwards leaves nothing that opens.
STORES: Mapping[str, Callable[[int], int]] = {
    "table proctoring.PersonKey": _forget_key,
    "table proctoring.FaceIndex": _forget_index,
    "table proctoring.FacePicture": _forget_pictures,
    "table proctoring.FaceTemplate": _forget_templates,
    "table proctoring.FaceTry": _forget_fingerprints,
    "redis face:*": frames_gateway.forget_person,
}
# Keys and open vectors: in no copy that is kept longer than a withdrawal may take effect (docs/runbooks/faces.md).
NOT_IN_BACKUPS = ("proctoring_personkey", "proctoring_faceindex")
BARE = frozenset(
    f"table proctoring.{name}"
    for name in (
        "Consent",
        "FaceCheck",
        "FaceSession",
        "HandOver",
        "Hold",
        "HoldDecision",
        "PictureView",
        "PresencePolicy",
        "PresencePolicyInForce",
        "ReviewCase",
    )
)


def erase(learner_id: int) -> dict[str, int]:
    """Erase one person from every store; return how much went from each. Inside the caller's transaction."""
    return {name: forget(learner_id) for name, forget in STORES.items()}
