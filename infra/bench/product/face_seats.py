"""Makes learners who have agreed, enrolled and are asked for their face: each check waits for an hour and takes many tries."""

import math
from datetime import timedelta
from uuid import uuid4

MOST_TRIES = 1_000
TEMPLATES = 2


def main(*, count: int) -> dict[str, object]:
    """Give back a seat for each: learner, cookie, check."""
    from django.db import transaction
    from django.utils import timezone

    from infra.bench.product.seats import sign_in
    from lms.accounts.models import User
    from proctoring import actions, consent_text
    from proctoring.actions import sessions
    from proctoring.domain.policy import Policy
    from proctoring.face_store import keep_template
    from proctoring.models import FaceCheck

    now = timezone.now()
    mark = uuid4().hex[:6]
    users = [
        User.objects.create(username=f"bench-{mark}-{number:04d}", name="学员", password="!")  # noqa: S106 — "!" is no password
        for number in range(count)
    ]
    cookies = sign_in(users, now)
    actions.set_policy(code="bench", policy=Policy(required=True, most_tries=MOST_TRIES), at=now)
    seats = []
    for user in users:
        with transaction.atomic():
            actions.give_consent(learner=user, version=consent_text.VERSION, at=now)
            for number in range(TEMPLATES):
                vector = [math.sin(user.pk + n * (number + 2)) for n in range(64)]
                keep_template(
                    user.pk, vector, model=("geometry", "1"), lighting=actions.LIGHTINGS[number], quality={}, at=now
                )
            session = actions.open_session(
                learner_id=user.pk,
                purpose="lesson",
                at=now,
                codes=["bench"],
                counterpart_uuid=uuid4(),
                left_ms=3_600_000,
            )
            if session is None:
                raise RuntimeError("no presence is asked for")
            check = sessions.ask(session, now)
            FaceCheck.objects.filter(pk=check.pk).update(deadline_at=now + timedelta(hours=1))
        seats.append({"learner_id": user.pk, "cookie": cookies[user.pk], "check": str(check.uuid)})
    return {"seats": seats}


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
