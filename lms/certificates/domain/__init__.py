"""Numbers, facts and periods of certificates as plain values."""
