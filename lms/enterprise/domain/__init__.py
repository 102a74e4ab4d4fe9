"""Plain rules of training at work: the code on the wall, the place, the time that counts, rows of a sheet."""
