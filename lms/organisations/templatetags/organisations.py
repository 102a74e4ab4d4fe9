"""Words for the kinds of organisations and the roles in them."""

from django import template

from lms.organisations.models import Membership, Organisation

register = template.Library()


@register.filter
def kind_name(kind: str) -> str:
    """`{{ place.kind|kind_name }}` → 企业."""
    return str(Organisation.Kind(kind).label)


@register.filter
def member_role_name(role: str) -> str:
    return str(Membership.Role(role).label)
