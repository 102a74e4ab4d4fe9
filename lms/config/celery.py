"""The Celery app and what it does by the clock."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")

app = Celery("zhuxue")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "analytics.audit",
        "analytics.dashboards",
        "analytics.learning_log",
        "lms.config",
        "lms.certificates",
        "lms.classroom",
        "lms.commerce",
        "lms.credit",
        "lms.enterprise",
        "lms.exchange",
        "lms.notices",
        "player.videos",
        "player.watching",
        "proctoring",
        "analytics.xapi",
    ]
)
app.conf.beat_schedule = {
    # Watching that nobody closed (a dead phone battery) is sealed, so that its seconds reach the ledger.
    "seal stale watching": {"task": "player.watching.tasks.seal_stale", "schedule": 20.0},
    # Videos whose worker died, or whose task was never rung for.
    "take up stalled videos": {"task": "player.videos.tasks.requeue_stalled", "schedule": 60.0},
    # Watched stretches in the log for which the bell was lost (Redis restarted between commit and ring).
    "award what nobody rang for": {"task": "lms.credit.tasks.award_unseen", "schedule": 60.0},
    # What waited for the morning or for another attempt, and notices for which the bell was lost.
    "deliver what waits": {"task": "lms.notices.tasks.deliver_waiting", "schedule": 30.0},
    # The learning log as xAPI statements, for the programs that may read them.
    "tell the log as statements": {"task": "analytics.xapi.tasks.tell_log_as_statements", "schedule": 60.0},
    # Face sessions whose page has gone: what was not asked for is confirmed, what was is held.
    "settle silent presence": {"task": "lms.classroom.tasks.settle_presence", "schedule": 10.0},
    "expire pictures of checks": {"task": "proctoring.tasks.expire_pictures", "schedule": 300.0},
    "look for one face in two accounts": {
        "task": "proctoring.tasks.look_for_twins",
        "schedule": crontab(hour=3, minute=50),
    },
    # A new version of the rules may come into force at midnight.
    "count by today's rules": {"task": "lms.credit.tasks.set_watch_policies", "schedule": crontab(hour=0, minute=1)},
    # Certificates that nobody has downloaded yet: a download makes its own paper.
    "make papers": {"task": "lms.certificates.tasks.make_papers", "schedule": crontab(minute=7)},
    # Messages for which the bell was lost, or that the other side did not answer.
    "carry messages": {"task": "lms.exchange.tasks.carry", "schedule": 20.0},
    # Cycles end by the calendar; reminders go by it.
    "consider renewals": {"task": "lms.certificates.tasks.consider_everybody", "schedule": crontab(hour=4, minute=10)},
    "remind holders": {"task": "lms.certificates.tasks.remind", "schedule": crontab(hour=9, minute=5)},
    "compare with the issuer": {
        "task": "lms.exchange.tasks.compare_with_issuer",
        "schedule": crontab(hour=5, minute=0),
    },
    # Rosters of companies: what nobody rang for, and the day that has passed.
    "follow the facts of rosters": {"task": "lms.enterprise.tasks.follow_facts", "schedule": 60.0},
    "take up bulk deeds": {"task": "lms.enterprise.tasks.take_up_jobs", "schedule": 60.0},
    "tell managers monthly": {
        "task": "lms.enterprise.tasks.tell_managers",
        "schedule": crontab(day_of_month=1, hour=9, minute=20),
    },
    # Balances are derived: each night the ledger is asked whether they still say what it says.
    "compare balances": {"task": "lms.credit.tasks.compare_balances", "schedule": crontab(hour=3, minute=20)},
    # Events of the payment service, refunds and pages whose task was lost or refused.
    "take up money": {"task": "lms.commerce.tasks.sweep", "schedule": 60.0},
    # Each night our books are laid beside the payment service's; the result stands on finance's first page.
    "compare the books": {"task": "lms.commerce.tasks.compare_books", "schedule": crontab(hour=4, minute=40)},
    # Each night everything under a signed head is verified; the result stands on the auditor's first page.
    "verify the log": {
        "task": "analytics.learning_log.tasks.verify_everything",
        "schedule": crontab(hour=2, minute=10),
    },
    # The log's next months have their tables long before they begin.
    "make months of the log": {
        "task": "analytics.learning_log.tasks.make_months",
        "schedule": crontab(hour=1, minute=15),
    },
    # Recordings of classes and tests are kept for three months.
    "dispose of recordings": {
        "task": "analytics.learning_log.tasks.dispose_of_recordings",
        "schedule": crontab(hour=1, minute=40),
    },
    # Exports whose worker died, or for which the bell was lost; files whose time is over.
    "make exports": {"task": "analytics.audit.tasks.make_waiting_exports", "schedule": 30.0},
    # Totals follow the log; what was missed is added the next time.
    "add up the totals": {"task": "analytics.dashboards.tasks.roll_up", "schedule": 60.0},
    # Imports whose worker died or was never rung for, and letters that wait.
    "take up imports": {"task": "lms.enterprise.tasks.sweep", "schedule": 30.0},
    # A head in other people's hands is what keeps us honest.
    "send a head out": {"task": "analytics.learning_log.tasks.send_daily_head", "schedule": crontab(hour=7, minute=30)},
}
