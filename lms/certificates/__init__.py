"""The electronic certificate: numbered and issued by an issuer, asked for, kept and shown by a platform.

One code, two roles (docs/adr): an issuer is part of the regulator's system; a platform never mints a number (requirements
R-005, R-219). Holders enter for their own certificates, officers of an authority for those of their area. What reaches
another installation goes through `lms.exchange`, which reads from here and calls here; this room sends nothing itself.
"""
