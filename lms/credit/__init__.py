"""Hours earned, by rules, from evidence.

Rule sets are versioned data; the ledger is append-only; a decision is computed from both each time it is asked for and
stored nowhere. Hears what was watched from the learning log and enters by `actions` and `queries`. Knows nothing of
players, sessions or pictures, and never changes an entry: a correction is a new one.
"""
