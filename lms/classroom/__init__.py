"""Sitting a lesson: the one place that joins a lesson (content) and its watching (player) for an enrolled learner.

Entered by its pages. It has no tables and counts nothing: the session row that it has opened is the ticket.
"""
