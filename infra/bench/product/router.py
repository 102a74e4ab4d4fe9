"""Which of two databases the product's own queries read, while both are measured in turn."""

chosen = "default"


class Chosen:
    """A database router of Django's."""

    def db_for_read(self, model: object, **hints: object) -> str:
        return chosen
