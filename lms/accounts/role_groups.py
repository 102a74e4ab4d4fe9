"""The groups behind the roles, and what each may do in Wagtail's admin and in Django's.

Run after every `migrate`, so that a permission that a room brings later is given without a migration here. It only adds:
what an operator gave a group by hand stays.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from lms.accounts.roles import Role

_PICTURES = ("wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image")
_DOCUMENTS = ("wagtaildocs.add_document", "wagtaildocs.change_document", "wagtaildocs.choose_document")
_VIDEOS = ("player.add_video", "player.change_video", "player.view_video")
_EDITOR = ("wagtailadmin.access_admin", *_PICTURES, *_DOCUMENTS, *_VIDEOS)

# By codename; a permission whose app or model does not exist yet is given by the `migrate` that brings it.
PERMISSIONS: dict[Role, tuple[str, ...]] = {
    Role.LEARNER: (),
    Role.INSTRUCTOR: (*_EDITOR, "proctoring.vouch_hold"),
    Role.ENTERPRISE_MANAGER: ("proctoring.vouch_hold",),
    Role.INSTITUTION_MANAGER: ("proctoring.vouch_hold",),
    Role.AUTHORITY: (),
    Role.AUDITOR: ("analytics.view_logrecord",),
    Role.REVIEWER: ("proctoring.decide_hold",),
    Role.FINANCE: (),
    Role.ADMINISTRATOR: (
        *_EDITOR,
        "player.delete_video",
        "wagtailimages.delete_image",
        "wagtaildocs.delete_document",
        "analytics.view_logrecord",
        "analytics.change_xapiclient",
    ),
}
# Every permission on the models of `content`, since its editors make courses, editions and lessons.
_CONTENT_EDITORS = (Role.INSTRUCTOR, Role.ADMINISTRATOR)
# What an editor may do with every page under the root; to publish is the administrator's, and of those who teach.
_PAGE_DEEDS = {
    Role.INSTRUCTOR: ("add_page", "change_page", "publish_page"),
    Role.ADMINISTRATOR: ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"),
}


def make_groups(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make the group of each role and give it what it lacks. Idempotent; also called by tests."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0, using=using)
    groups = {role: Group.objects.using(using).get_or_create(name=role.value)[0] for role in Role}
    for role, group in groups.items():
        group.permissions.add(*_permissions(role, using))
    _give_pages_and_collections(groups, using)


def _permissions(role: Role, using: str) -> list[Permission]:
    wanted = Q(pk__in=[])
    for dotted in PERMISSIONS[role]:
        app_label, codename = dotted.split(".")
        wanted |= Q(content_type__app_label=app_label, codename=codename)
    if role in _CONTENT_EDITORS:
        wanted |= Q(content_type__app_label="content")
    if role is Role.AUDITOR:
        wanted |= Q(codename__startswith="view_", content_type__app_label__in=_READ_BY_AUDITORS)
    if role is Role.ADMINISTRATOR:
        wanted |= Q(codename__startswith="view_")
    return list(Permission.objects.using(using).filter(wanted))


_READ_BY_AUDITORS = ("accounts", "organisations", "enrolment", "credit", "content", "player", "analytics")


def _give_pages_and_collections(groups: dict[Role, Group], using: str) -> None:
    """Open the page tree and the collection tree to editors; a flushed test database has no roots, and is left alone."""
    from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

    pages, collections = Page.get_first_root_node(), Collection.get_first_root_node()
    if pages is None or collections is None:
        return
    for role, codenames in _PAGE_DEEDS.items():
        for permission in Permission.objects.using(using).filter(
            content_type__app_label="wagtailcore", codename__in=codenames
        ):
            GroupPagePermission.objects.using(using).get_or_create(
                group=groups[role], page=pages, permission=permission
            )
        pictures = Permission.objects.using(using).filter(
            content_type__app_label__in=["wagtailimages", "wagtaildocs"],
            group=groups[role],
        )
        for permission in pictures:
            GroupCollectionPermission.objects.using(using).get_or_create(
                group=groups[role], collection=collections, permission=permission
            )
