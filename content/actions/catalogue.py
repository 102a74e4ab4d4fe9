"""Making the pages of the catalogue. Wagtail's own admin makes the same pages; these deeds serve loaders and shells."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext
from wagtail.models import Page, Site

from analytics.learning_log.actions import append
from content.actions.rights import actor_id, demand
from content.actions.search import index_course
from content.domain.posts import post as post_of
from content.domain.refusals import CourseRefused, Reason, gettext_noop
from content.models import CatalogPage, CoursePage, PostPage, SyllabusTopic

NO_CATALOG = Reason(gettext_noop("还没有课程目录页。请先建立课程目录。"))
NO_POST_PAGE = gettext_noop("岗位“%(post)s”还没有页面。请先建立岗位页。")
CODE_TAKEN = gettext_noop("课程代码 %(code)s 已经属于另一门课程。请换一个代码。")


@transaction.atomic
def create_catalog(*, at: datetime, by: AbstractUser | None, site: Site | None = None) -> CatalogPage:
    """Return the catalogue of the site (None: the default one), made at /courses/ if it has none yet.

    Raises NotPermitted.
    """
    demand(by, "add_catalogpage")
    site = site or Site.objects.select_related("root_page").get(is_default_site=True)
    root = Page.objects.select_for_update().get(pk=site.root_page_id)  # two loaders at once make one catalogue
    existing: CatalogPage | None = CatalogPage.objects.child_of(root).first()
    if existing:
        return existing
    _name_the_root(root)
    page = CatalogPage(title=gettext("课程目录"), slug="courses", **_published(at))
    root.add_child(instance=page)
    append(
        kind="content.catalog_created",
        actor_id=actor_id(by),
        happened_at=at,
        subject="catalog",
        payload={"slug": page.slug},
    )
    return page


@transaction.atomic
def create_post_page(*, post_code: str, at: datetime, by: AbstractUser | None, introduction: str = "") -> PostPage:
    """Return the page of a post, made under the catalogue if it has none yet.

    Raises UnknownPost, CourseRefused (no catalogue yet), NotPermitted.
    """
    demand(by, "add_postpage")
    post = post_of(post_code)
    catalog = _locked_catalog()
    existing: PostPage | None = PostPage.objects.filter(post_code=post.code).first()
    if existing:
        return existing
    page = PostPage(title=post.name, slug=post.slug, post_code=post.code, introduction=introduction, **_published(at))
    catalog.add_child(instance=page)
    append(
        kind="content.post_page_created",
        actor_id=actor_id(by),
        happened_at=at,
        subject=post.code,
        payload={"post_code": post.code},
    )
    return page


@transaction.atomic
def create_course(
    *, code: str, title: str, topic_id: int, at: datetime, by: AbstractUser | None, introduction: str = ""
) -> CoursePage:
    """Return a course page for a topic, made under its post's page (common topics: under the catalogue) and searchable.

    introduction: rich text of the site's own editors (HTML). The same code and topic again: the page that is there.

    Raises CourseRefused (no page to stand under, or the code is another course's), NotPermitted, ValidationError
    (a code or title that cannot be used).
    """
    demand(by, "add_coursepage")
    topic = SyllabusTopic.objects.get(pk=topic_id)
    parent = _parent_of(topic)
    existing: CoursePage | None = CoursePage.objects.filter(code=code).first()
    if existing:
        if existing.topic_id != topic.pk:
            raise CourseRefused(Reason(CODE_TAKEN, {"code": code}))
        return existing
    page = CoursePage(
        title=title,
        slug=code.lower().replace("_", "-"),
        code=code,
        topic=topic,
        introduction=introduction,
        **_published(at),
    )
    parent.add_child(instance=page)
    index_course(course_id=page.pk)
    append(
        kind="content.course_created",
        actor_id=actor_id(by),
        happened_at=at,
        subject=code,
        payload={"course_code": code, "course_title": title, "topic_code": topic.code},
    )
    return page


def _parent_of(topic: SyllabusTopic) -> Page:
    catalog = _locked_catalog()
    if topic.section == SyllabusTopic.Section.COMMON:
        return catalog
    parent = PostPage.objects.filter(post_code=topic.post_code).first()
    if parent is None:
        raise CourseRefused(Reason(NO_POST_PAGE, {"post": post_of(topic.post_code).name}))
    return parent


def _locked_catalog() -> CatalogPage:
    """Return the catalogue, locked: the page tree numbers its children, and two at once would take the same number."""
    catalog: CatalogPage | None = CatalogPage.objects.select_for_update().first()
    if catalog is None:
        raise CourseRefused(NO_CATALOG)
    return catalog


def _name_the_root(root: Page) -> None:
    """Give the root page our name, if it still greets in Wagtail's words; editors see it in every tree."""
    if root.title == "Welcome to your new Wagtail site!":
        root.title = root.draft_title = gettext("筑学")
        root.save(update_fields=["title", "draft_title"])


def _published(at: datetime) -> dict[str, object]:
    return {"live": True, "first_published_at": at, "last_published_at": at}
