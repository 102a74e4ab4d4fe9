"""Films of heads that do as they are told, and of all that pretends to: made from one public-domain photograph, by seed."""

import os

# Before scipy loads its linear algebra: for matrices of two by two its threads spin a hundred times as long as they work.
os.environ.setdefault("OMP_NUM_THREADS", "1")
