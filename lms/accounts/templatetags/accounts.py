"""Names for the codes on a certificate, and the accounts that a demo offers."""

from django import template
from django.conf import settings
from django.utils.translation import get_language, gettext

from content.domain.posts import UnknownPost, post
from lms.accounts.domain.licence import FICTIONAL_REGIONS
from lms.accounts.domain.provinces import PROVINCES
from lms.accounts.models import Identity
from lms.accounts.queries import DemoAccount, demo_accounts
from lms.accounts.roles import Role

register = template.Library()


@register.filter
def post_name(code: str) -> str:
    """`{{ licence.post_code|post_name }}` → 土建施工员; a code that is no longer listed stands for itself."""
    try:
        found = post(code)
    except UnknownPost:
        return code
    return found.english_name if (get_language() or "").startswith("en") else found.name


@register.filter
def province_name(region_code: str) -> str:
    """Return the province of a region code; the demo's region says that it is fictional."""
    if region_code.startswith(FICTIONAL_REGIONS):
        return gettext("演示区（虚构）")
    return PROVINCES.get(region_code[:2] + "0000", region_code)


@register.filter
def is_fictional(region_code: str) -> bool:
    return region_code.startswith(FICTIONAL_REGIONS)


@register.filter
def rule_set_name(code: str) -> str:
    """Return the rules a certificate is judged by, in words."""
    names = {
        "national": gettext("全国规则"),
        "chongqing": gettext("重庆规则"),
        "jiangxi": gettext("江西规则"),
        "xinjiang": gettext("新疆规则（草案）"),
        "demo": gettext("演示规则（虚构）"),
    }
    return names.get(code, code)


@register.filter
def document_kind_name(kind: str) -> str:
    return str(Identity.Kind(kind).label)


@register.filter
def role_name(role: str) -> str:
    return str(Role(role).label)


@register.simple_tag
def accounts_of_the_demo() -> tuple[DemoAccount, ...]:
    """Return one account a role in a demo; nothing in a real installation, whatever its users are called."""
    return demo_accounts() if settings.DEMO and settings.DEMO_PASSWORD else ()


@register.simple_tag
def demo_password() -> str:
    return settings.DEMO_PASSWORD if settings.DEMO else ""
