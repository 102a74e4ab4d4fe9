"""A person decides: self-study claims with their evidence, appeals, and cycles on hold.

Learners claim, reviewers and authorities decide within their area or organisation; each decision calls one deed of
`lms.credit.actions` and carries its reason. It computes no hours by itself and never serves a file to a stranger.
"""
