"""How a lesson is watched: videos, and the watching that the server confirms.

Knows nothing of courses or credit: a session is for a subject, and what that is the floors above decide.
"""
