"""Why the desk says no."""


class DeskRefused(ValueError):
    """A deed of the desk that cannot be done. The sentence for `code` stands in lms.enterprise.desk_sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
