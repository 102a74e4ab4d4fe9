"""What migrations left in the database is there for every test, also after one that emptied all tables."""

import pytest
from django.contrib.auth.models import Group
from wagtail.models import Page

from lms.accounts.roles import Role


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["before a table was emptied", "after"])
def test_roles_and_the_page_root_are_there(time: str) -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(Role.values)
    root = Page.get_first_root_node()
    assert root is not None and root.pk == 1
    Page.objects.all().delete()
    Group.objects.all().delete()
