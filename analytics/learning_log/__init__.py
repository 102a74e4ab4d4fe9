"""The learning log: every deed of the house, filed once and never changed. Everyone may append; it knows nobody.

Enter by `actions.append`, `actions.append_many`, `kinds.register`, `queries` and `signals.record_appended`; strangers by
/log/. The sequencer gives each record its place in one signed tree (docs/adr/0013, docs/protocols/learning_log.md).
It never updates or deletes a record (a database trigger refuses both), and holds names only beside the log, as labels.
"""
