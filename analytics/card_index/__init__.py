"""The card index: under which headings a record is found, and to which figures it adds. Derived from the log by place.

Headings are companies, institutions, regions, posts, browsers, network addresses, and the figures of the dashboards. Entered
by the reading rooms above through queries and actions; it tells nobody what is in a record, only where to look.
"""
