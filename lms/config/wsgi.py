"""HTTP for WSGI workers (infra/gunicorn.conf.py): Django answers several times as many requests so as it does under ASGI."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.config.settings")
application = get_wsgi_application()
