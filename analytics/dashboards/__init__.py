"""Totals: what was learnt on which day, added up from the log as it grows, with a table behind every chart.

Entered through its pages under /audit/dashboards/: the platform's by whoever may read the log, a company's or institution's also
by those who answer for it. It reads the log alone and can be made anew from it by `manage.py rebuild_totals`; every figure
leads to the records that make it up.
"""
