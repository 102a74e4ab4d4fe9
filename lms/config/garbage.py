"""How often Python looks for rings of garbage in the process that takes the beats."""

import gc

# Beats make many small objects that no ring holds: with the stock thresholds half of the writer's time went into looking.
YOUNG, MIDDLE, OLD = 50_000, 20, 50


def look_seldom() -> None:
    """Leave what was loaded at the start out of all further looking, and look more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
