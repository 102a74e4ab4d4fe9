"""Do the answers that learners were given and the database tell the same? A run in which they differ has no speed."""

from collections.abc import Mapping, Sequence

from infra.bench.load.watcher import Watcher
from infra.bench.rows import Bench

MOST_SHOWN = 5


def disagreements(bench: Bench, env: Mapping[str, str], watchers: Sequence[Watcher]) -> list[str]:
    """Return what was lost, doubled or otherwise wrong; at most a few of them.

    Lost: answered and not stored. Doubled: more credit than the sum of what the answers gave, or than the clock.
    """
    given = bench.house.run_inside("add_up", env, learner_ids=[one.learner_id for one in watchers])
    wrong: list[str] = list(given["wrong"])
    for one in watchers:
        last_seq, counted_ms = given["found"].get(str(one.learner_id), (0, 0))
        if not one.is_settled:
            wrong.append(
                f"learner {one.learner_id}: {len(one.waiting)} beats were never answered, proof {one.asked or 'none'}"
            )
        if (last_seq, counted_ms) != (one.acked, one.counted_ms):
            wrong.append(
                f"learner {one.learner_id}: answered {one.acked}, {one.counted_ms} ms; stored {last_seq}, {counted_ms}"
            )
        if one.credited_ms != counted_ms:
            wrong.append(f"learner {one.learner_id}: the answers gave {one.credited_ms} ms, stored are {counted_ms}")
        wrong += one.trouble[:1]
    return wrong[:MOST_SHOWN]
