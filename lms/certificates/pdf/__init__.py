"""Certificates and proofs of hours as PDF: drawn from copied facts, signed once, kept as they are."""
