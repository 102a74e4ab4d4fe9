"""Plugs in the URLs of each room. Wagtail's page tree comes last: it takes whatever is left."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from lms.config import health, styleguide, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("verify/", include("lms.certificates.verification_urls")),  # asked by strangers, often: resolved early
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/", include("lms.accounts.sign_in_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("me/", include("lms.accounts.urls")),
    path("notices/", include("lms.notices.urls")),
    path("", include("lms.organisations.urls")),
    path("certificates/", include("lms.certificates.urls")),
    path("exchange/", include("lms.exchange.urls")),
    path("orders/", include("lms.commerce.urls")),
    path("hours/", include("lms.credit.urls")),
    path("", include("lms.enterprise.urls")),
    path("", include("lms.reviews.urls")),
    path("learn/", include("lms.classroom.urls")),
    path("watch/", include("player.urls")),
    path("presence/", include("proctoring.urls")),
    path("audit/", include("analytics.urls")),
    path("log/", include("analytics.learning_log.urls")),
    path("xapi/", include("analytics.xapi.urls")),
    path("courses/search/", include("content.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("django-admin/", admin.site.urls),
]
if settings.DEMO or settings.DEBUG:
    # In production nginx serves these from disk (infra/nginx); no Python per segment.
    urlpatterns.append(path("styleguide/", styleguide.styleguide, name="styleguide"))
    urlpatterns.append(path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"))
urlpatterns.append(path("", include(wagtail_urls)))
