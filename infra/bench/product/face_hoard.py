"""Fills the index of faces as a house of fifty thousand persons has it, and times matches beside bare queries of pgvector.

A person is a point of PLAIN dimensions turned into the vectors' own space (models of faces use about so many of theirs), a
template that point with noise: two of one person are about 0.8 alike, as good models have it.
"""

import random
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infra.bench.measure import interleaved

TEMPLATES_EACH = 2
PLAIN = 48
NOISE = 0.5
MODEL = "bench"
ASKED = {"1:N": 120, "1:1": 1_500}  # in a round
RECALL_ASKED, NEAREST = 200, 5
# Whoever asks has a numpy vector in hand; pgvector's own adapter hands it over, in binary.
ONE_TO_MANY = (
    "SELECT learner_id, embedding <=> %(face)s AS distance FROM proctoring_faceindex"
    " ORDER BY embedding <=> %(face)s LIMIT {most}"
)
ONE_TO_ONE = (
    "SELECT max(1 - (embedding <=> %(face)s)) FROM proctoring_faceindex"
    " WHERE learner_id = %(learner)s AND model_name = %(model)s"
)

Floats = NDArray[np.float32]


def main(*, templates: int, rounds: int) -> dict[str, object]:
    """Give back matches a second of each way, round by round, and the recall of five."""
    from django.conf import settings
    from django.db import connection

    persons = templates // TEMPLATES_EACH
    chance = np.random.default_rng(19)
    turn = chance.normal(size=(PLAIN, _dimensions())).astype(np.float32) / np.float32(_dimensions() ** 0.5)
    centres = chance.normal(size=(persons, PLAIN)).astype(np.float32)
    began = time.perf_counter()
    first = _fill(centres, turn, chance)
    print(f"{templates:,} templates and their index in {time.perf_counter() - began:.0f} s", flush=True)
    faces = {n: _look(centres[n], turn, chance) for n in range(0, persons, max(1, persons // 400))}
    ask = random.Random(7)  # noqa: S311 — repeatable
    ways = _ways(faces, first, ask, int(settings.FACE_SEARCH_WIDTH))
    taken = interleaved(ways, rounds=rounds, warm_up=1, say=lambda text: print(text, flush=True))
    connection.close()
    return {
        **{name: samples.values for name, samples in taken.items()},
        "recall": _recall(faces, first),
        "width": settings.FACE_SEARCH_WIDTH,
    }


def _dimensions() -> int:
    from proctoring.vectors import DIMENSIONS

    return DIMENSIONS


def _look(centre: Floats, turn: Floats, chance: np.random.Generator) -> Floats:
    found = (centre + chance.normal(scale=NOISE, size=centre.shape).astype(np.float32)) @ turn
    return np.asarray(found / np.linalg.norm(found, axis=-1, keepdims=True), dtype=np.float32)


def _fill(centres: Floats, turn: Floats, chance: np.random.Generator) -> int:
    """Write persons, templates (their seals left out: no way asked here reads them) and the index; return the first person."""
    from django.db import connection
    from pgvector.psycopg import register_vector

    from lms.accounts.models import User

    pattern = User.objects.create(username="face-hoard", name="学员", password="!")  # noqa: S106 — "!" is no password
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'face_index_nearest'")
        (made,) = cursor.fetchone() or ("",)
        cursor.execute("DROP INDEX face_index_nearest")
        cursor.execute(
            "INSERT INTO accounts_user SELECT r.* FROM accounts_user u CROSS JOIN generate_series(1, %(persons)s) AS n"
            " CROSS JOIN LATERAL jsonb_populate_record(u, jsonb_build_object("
            " 'id', u.id + n, 'username', 'face-hoard' || n, 'uuid', gen_random_uuid())) AS r WHERE u.id = %(first)s",
            {"persons": len(centres), "first": pattern.pk},
        )
        cursor.execute(
            "INSERT INTO proctoring_facetemplate"
            " (id, uuid, learner_id, sealed, model_name, model_version, lighting, quality, made_at)"
            " SELECT (n - 1) * %(each)s + k, gen_random_uuid(), %(first)s + n, '', %(model)s, '1', 'usual', '{}', now()"
            " FROM generate_series(1, %(persons)s) AS n CROSS JOIN generate_series(1, %(each)s) AS k",
            {"persons": len(centres), "first": pattern.pk, "each": TEMPLATES_EACH, "model": MODEL},
        )
        raw: Any = connection.connection
        register_vector(raw)
        with raw.cursor().copy(
            "COPY proctoring_faceindex (template_id, learner_id, model_name, embedding) FROM STDIN (FORMAT binary)"
        ) as copy:
            copy.set_types(["int8", "int8", "varchar", "vector"])
            for n, centre in enumerate(centres, 1):
                for k, vector in enumerate(_look(np.repeat(centre[None], TEMPLATES_EACH, axis=0), turn, chance), 1):
                    copy.write_row(((n - 1) * TEMPLATES_EACH + k, pattern.pk + n, MODEL, vector))
        cursor.execute(made)
        cursor.execute("ANALYZE proctoring_faceindex")
    return int(pattern.pk) + 1


def _ways(faces: dict[int, Floats], first: int, ask: random.Random, width: int) -> dict[str, Any]:
    import psycopg
    from django.db import connection
    from pgvector.psycopg import register_vector

    from proctoring.actions.expiring import SEARCHED, nearest
    from proctoring.face_store import nearness

    numbers = list(faces)
    bare = psycopg.connect(**_address(connection.get_connection_params()), autocommit=True)
    bare.prepare_threshold = 2
    bare.execute(f"SET hnsw.ef_search = {width}")
    register_vector(bare)
    one_to_many = ONE_TO_MANY.format(most=NEAREST * SEARCHED)

    def rate(kind: str, match: Any) -> float:
        chosen = [ask.choice(numbers) for _ in range(ASKED[kind])]
        began = time.perf_counter()
        for n in chosen:
            match(n)
        return len(chosen) / (time.perf_counter() - began)

    def ours_many(n: int) -> None:
        nearest(faces[n], MODEL, but=first + n, limit=NEAREST)

    def bare_many(n: int) -> None:
        bare.execute(one_to_many, {"face": faces[n]}, binary=True).fetchall()

    def ours_one(n: int) -> None:
        nearness(first + n, MODEL, [faces[n]])

    def bare_one(n: int) -> None:
        bare.execute(ONE_TO_ONE, {"face": faces[n], "learner": first + n, "model": MODEL}, binary=True).fetchall()

    return {
        "1:N bare": lambda: rate("1:N", bare_many),
        "1:N ours": lambda: rate("1:N", ours_many),
        "1:1 bare": lambda: rate("1:1", bare_one),
        "1:1 ours": lambda: rate("1:1", ours_one),
    }


def _address(params: dict[str, Any]) -> dict[str, Any]:
    return {name: params[name] for name in ("host", "port", "dbname", "user", "password") if params.get(name)}


def _recall(faces: dict[int, Floats], first: int) -> float:
    """Return which share of the five nearest templates of others, by exact search, our search finds."""
    from django.db import connection, transaction

    from proctoring.actions.expiring import nearest

    found = wanted = 0
    for n in list(faces)[:RECALL_ASKED]:
        near = nearest(faces[n], MODEL, but=first + n, limit=NEAREST)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_indexscan = off")
            cursor.execute(
                "SELECT embedding <=> %s::vector AS distance FROM proctoring_faceindex"
                " WHERE learner_id <> %s AND model_name = %s ORDER BY distance LIMIT %s",
                [str(faces[n].tolist()), first + n, MODEL, NEAREST],
            )
            exact = [float(row[0]) for row in cursor.fetchall()]
        wanted += len(exact)
        found += sum(any(abs(distance - one) < 1e-6 for _who, one in near) for distance in exact)  # noqa: PLR2004 — the same
    return found / wanted


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
