"""Watching that the server confirms: sessions, beats, and the media that each learner has covered.

Others open a session by `actions.open_session` after they have asked whether the person may learn; this room checks
only "is this session yours and open". It knows media of a subject (a plain uuid), never courses, hours or enrolments.
What was watched leaves it as records in the learning log, never as a call upwards.
"""
