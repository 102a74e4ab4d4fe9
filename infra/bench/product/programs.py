"""Lets a program into the learning record store; given back: its key and secret."""


def main() -> dict[str, str]:
    from django.utils import timezone

    from analytics.xapi.actions import create_client

    made = create_client(name="bench", scopes=["all"], by=None, at=timezone.now())
    return {"key": made.key, "secret": made.secret}


if __name__ == "__main__":
    from infra.bench.product import task

    task.run(main)
