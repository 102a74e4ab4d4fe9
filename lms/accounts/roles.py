"""The roles of persons, who has which, and the door-keeper of views."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Role(TextChoices):
    """Each role is a group of the same name; `lms.accounts.role_groups` gives the groups their permissions."""

    LEARNER = "learner", _("学员")
    INSTRUCTOR = "instructor", _("教师")
    ENTERPRISE_MANAGER = "enterprise_manager", _("企业管理员")
    INSTITUTION_MANAGER = "institution_manager", _("培训机构管理员")
    AUTHORITY = "authority", _("主管部门")
    AUDITOR = "auditor", _("审计员")
    REVIEWER = "reviewer", _("审核员")
    FINANCE = "finance", _("财务人员")
    ADMINISTRATOR = "administrator", _("系统管理员")


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """Return the roles of a person: one query, remembered on the instance. A superuser is an administrator; nobody has none."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    remembered: frozenset[Role] | None = getattr(user, "_roles", None)
    if remembered is None:
        names = set(user.groups.values_list("name", flat=True)) & set(Role.values)
        remembered = frozenset(Role(name) for name in names)
        if user.is_superuser:
            remembered |= {Role.ADMINISTRATOR}
        user._roles = remembered  # type: ignore[attr-defined]  # a memory of the instance, not a column
    return remembered


def forget_roles(user: User) -> None:
    """Make the next `roles_of` ask the database again; whoever grants or withdraws a role calls it."""
    if hasattr(user, "_roles"):
        del user._roles


def person_of(request: HttpRequest) -> User:
    """Return the signed-in person of a request. Raises PermissionDenied for nobody: the view lacks its guard."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def require(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let a view be entered by persons who have one of these roles; an administrator may enter everywhere.

    Cases: signed out → to the sign-in page and back; signed in without the role → 403 with the reason in words.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not roles_of(request.user) & {*roles, Role.ADMINISTRATOR}:
                raise PermissionDenied(refusal(roles))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def refusal(roles: tuple[Role, ...]) -> str:
    """Return why a page stays closed and what to do, for the 403 page."""
    names = gettext("、").join(str(role.label) for role in roles)
    return gettext("此页面只对%(roles)s开放，您的账号没有这一角色。如需使用，请联系所在单位的管理员。") % {
        "roles": names
    }
