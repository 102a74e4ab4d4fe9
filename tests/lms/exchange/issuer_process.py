"""An issuer as an installation of its own: another process, another database, another key.

Run with its DATABASE_URL; reads what it must know of platform and certificate from stdin, prints its port, serves until killed.
"""

import json
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django


class Quiet(WSGIRequestHandler):
    """Says nothing of requests."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.utils import timezone

    from lms.certificates.actions import register_existing
    from lms.certificates.domain.asking import ask_from_json
    from lms.config.wsgi import application
    from lms.credit.actions import load_rule_sets
    from lms.exchange.actions import name_peer

    told = json.loads(sys.stdin.readline())
    load_rule_sets(at=timezone.now())
    name_peer(code="platform", role="platform", url="http://127.0.0.1:1", public_key=bytes.fromhex(told["public_key"]))
    for body in told["asks"]:
        register_existing(ask_from_json(body), platform_code="platform", valid_to=None, at=timezone.now())
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
