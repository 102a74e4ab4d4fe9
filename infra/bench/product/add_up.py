"""What the database holds of the sessions that were measured: last beat, credit, and whether tables and log agree."""


def main(*, learner_ids: list[int], seal: bool = True) -> dict[str, object]:
    """Given back by learner: [last_seq, counted_ms]; and what does not agree. seal: seal and close all sessions first."""
    from datetime import timedelta

    from django.utils import timezone

    from analytics.learning_log.models import LogRecord
    from player.domain.spans import total_ms
    from player.models import Coverage, WatchChunk, WatchSession
    from player.watching.actions import seal_stale

    while seal and seal_stale(timezone.now() + timedelta(hours=1)):
        pass
    last = dict(WatchSession.objects.filter(learner_id__in=learner_ids).values_list("learner_id", "last_seq"))
    logged: dict[int, int] = {}
    records = LogRecord.objects.filter(kind="player.span_watched", learner_id__in=learner_ids)
    for learner_id, payload in records.values_list("learner_id", "payload"):
        logged[learner_id or 0] = logged.get(learner_id or 0, 0) + payload["counted_ms"]
    sealed: dict[int, int] = {}
    for who, counted_ms in WatchChunk.objects.values_list("learner_id", "counted_ms"):
        sealed[who] = sealed.get(who, 0) + counted_ms
    wrong, found = [], {}
    for row in Coverage.objects.filter(learner_id__in=learner_ids):
        who = row.learner_id
        sums = (row.counted_ms, total_ms(row.spans), sealed.get(who, 0), logged.get(who, 0))
        if seal and len(set(sums)) > 1:
            wrong.append(f"learner {who}: counted, covered, sealed and logged differ: {sums}")
        found[who] = [last[who], row.counted_ms]
    return {"found": found, "wrong": wrong}


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
