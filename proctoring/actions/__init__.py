"""The deeds of face checks: agreeing, enrolling, sessions and their checks, holding and releasing, deciding, forgetting."""

from proctoring.actions.checks import (
    CheckRefused,
    Judged,
    Outcome,
    begin_try,
    forget_try,
    give_time,
    record_try,
)
from proctoring.actions.consenting import OldWords, give_consent, withdraw_consent
from proctoring.actions.deciding import (
    DecisionRefused,
    close_case,
    decide_hold,
    look_at_picture,
    second_reversal,
)
from proctoring.actions.enrolling import LIGHTINGS, Look, ask_to_enrol, keep_looks
from proctoring.actions.expiring import count_persons, expire_pictures, look_for_all_twins, look_for_twins
from proctoring.actions.judging import finish_try, look_at_all
from proctoring.actions.policies import set_policy
from proctoring.actions.releasing import (
    HoldClosed,
    appeal,
    ask_to_release,
    hand_over,
    prove_check,
    release_by_word,
    take_over,
)
from proctoring.actions.sessions import NoSuchSession, ask_now, follow, open_session, settle_silent

__all__ = [
    "LIGHTINGS",
    "CheckRefused",
    "DecisionRefused",
    "HoldClosed",
    "Judged",
    "Look",
    "NoSuchSession",
    "OldWords",
    "Outcome",
    "appeal",
    "ask_now",
    "ask_to_enrol",
    "ask_to_release",
    "begin_try",
    "close_case",
    "count_persons",
    "decide_hold",
    "expire_pictures",
    "finish_try",
    "follow",
    "forget_try",
    "give_consent",
    "give_time",
    "hand_over",
    "keep_looks",
    "look_at_all",
    "look_at_picture",
    "look_for_all_twins",
    "look_for_twins",
    "open_session",
    "prove_check",
    "record_try",
    "release_by_word",
    "second_reversal",
    "set_policy",
    "settle_silent",
    "take_over",
    "withdraw_consent",
]
