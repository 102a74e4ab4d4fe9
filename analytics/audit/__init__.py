"""The reading room: an auditor lists, filters, opens and exports records, and every look is itself a record.

Entered through its pages under /audit/ by whoever holds `analytics.view_logrecord`. It reads the log and nothing else,
and never writes anything but the records of its own looks.
"""
