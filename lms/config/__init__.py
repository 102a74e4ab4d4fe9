"""The roof: settings, URLs, ASGI, WSGI, Celery and the demo. It knows every room, only to plug them in; no room may know it."""

from lms.config.celery import app as celery_app

__all__ = ["celery_app"]
