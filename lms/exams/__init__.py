"""Sitting a paper: when it is passed, and what a sitting needs. So far the rules alone, without pages or tables.

Rooms above enter by its domain. It knows no hours: a regulator's numbers are handed to it as plain values.
"""
