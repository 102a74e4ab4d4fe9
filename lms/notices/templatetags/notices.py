"""The bell in the head of every page."""

from django import template
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from lms.notices.queries import unread_count

register = template.Library()


@register.inclusion_tag("notices/_bell.html")
def notices_bell(user: AbstractBaseUser | AnonymousUser) -> dict[str, object]:
    """Show the bell of a person with the number of what they have not read."""
    return {"unread": unread_count(user.pk) if user.pk is not None else 0}
