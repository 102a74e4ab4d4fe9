"""Plain rules of an enrolment."""
