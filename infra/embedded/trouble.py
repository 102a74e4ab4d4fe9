"""What the supervisor cannot do, in one sentence."""


class Trouble(Exception):
    """One clear sentence for the person at the terminal; shown without a traceback."""
