"""The lock of a shared computer, and the pages of allauth that this house uses.

No others: there is no e-mail here, so none of the pages about it. Names are allauth's own, because its code and Wagtail's
ask for them.
"""

from allauth.account import views
from django.urls import path, reverse_lazy
from django.views.generic import TemplateView

from lms.accounts.views import lock, unlock

_PROFILE = reverse_lazy("accounts:profile")

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("lock/", lock, name="account_lock"),
    path("unlock/", unlock, name="account_unlock"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path(
        "password/change/",
        views.PasswordChangeView.as_view(success_url=_PROFILE),
        name="account_change_password",
    ),
    path("password/set/", views.PasswordSetView.as_view(success_url=_PROFILE), name="account_set_password"),
    path(
        "password/reset/",
        TemplateView.as_view(template_name="account/password_reset.html"),
        name="account_reset_password",
    ),
]
