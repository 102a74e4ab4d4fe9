"""Start the simulator: `python -m infra.stripe_simulator --port 8200 --webhook-url … --webhook-secret … [--data FILE]`."""

import argparse
import os
import signal
import threading
from pathlib import Path

from infra.stripe_simulator.events import Courier
from infra.stripe_simulator.server import Server
from infra.stripe_simulator.store import Store


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.stripe_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8200)
    parser.add_argument("--data", type=Path, help="a file that keeps everything between two starts")
    parser.add_argument(
        "--key",
        default=os.environ.get("LMS_STRIPE_SECRET_KEY", "sk_test_zhuxue"),
        help="the secret key that shops show",
    )
    parser.add_argument("--webhook-url", default="")
    parser.add_argument("--webhook-secret", default=os.environ.get("LMS_STRIPE_WEBHOOK_SECRET", "whsec_zhuxue"))
    options = parser.parse_args()
    store = Store(options.data)
    courier = Courier(store, options.webhook_url, options.webhook_secret)
    server = Server((options.host, options.port), store=store, courier=courier, key=options.key)
    courier.start()

    def stop(_signal: int, _frame: object) -> None:
        threading.Thread(target=server.shutdown).start()  # from within its own loop it would wait for itself

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Stripe simulator: {server.own_address}", flush=True)
    server.serve_forever()
    courier.stop()


if __name__ == "__main__":
    main()
