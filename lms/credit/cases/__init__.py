"""Worked cases of the rules, run through the engine: an authority's own table of examples, or the house's.

A file has one or more of the sections cycle_cases, exchange_cases, accrual_cases, workday_cases, exam_cases; a case has
an id, what is given, and what is expected. Only what a case expects is compared. Nothing here reads a database.
"""

from lms.credit.cases.file import BadCases, CaseResult, read_cases, run_cases

__all__ = ["BadCases", "CaseResult", "read_cases", "run_cases"]
