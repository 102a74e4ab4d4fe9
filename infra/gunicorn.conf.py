"""HTTP in production: `gunicorn -c infra/gunicorn.conf.py`. Sockets are Daphne's; no socket ever comes here."""

import os

wsgi_app = "lms.config.wsgi:application"
bind = os.environ.get("LMS_HTTP_BIND", "unix:/run/zhuxue/http.sock")
worker_class = "gthread"
workers = int(os.environ.get("LMS_HTTP_WORKERS", str(2 * (os.cpu_count() or 1))))
threads = 4
timeout = 60  # seconds without a sign of life from a worker; a long upload is no such thing, threads take it
graceful_timeout = 30
keepalive = 5
# A leak, should a library have one, stays small; workers do not all go at the same moment.
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm"  # noqa: S108 — the sign of life of a worker must not wait for a disk
forwarded_allow_ips = "*"  # only nginx reaches the socket
control_socket_disable = True  # it would be made in the home of the account, which has none
accesslog = None  # nginx writes one
errorlog = "-"
