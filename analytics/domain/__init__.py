"""The log as plain values: a record's canonical bytes, its leaf hash, its sentence. No Django, no clock, no tables."""
