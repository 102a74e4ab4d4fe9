"""Price lists by region and document, as finance puts them in force."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.learning_log.models import LogRecord
from content.queries import courses_to_watch
from lms.commerce import actions
from lms.commerce.domain.refusals import BadOrder, NotAllowed
from lms.commerce.models import Price, PriceList, Product
from lms.commerce.queries.prices import offers_for
from tests.content.shelf import fill_shelf, published_edition
from tests.lms.commerce.conftest import AT, Shop
from tests.lms.commerce.test_views import as_

ADDRESS = "/orders/finance/prices/"


def typed(shop: Shop, **more: object) -> dict[str, object]:
    return {
        "region": "500000", "document": "渝价〔2026〕9号", "valid_from": timezone.localdate().isoformat(),
        f"price_{shop.product.pk}": "99.50", f"ceiling_{shop.product.pk}": "150", **more,
    }  # fmt: skip


def test_finance_publishes_a_list_that_takes_the_place_of_the_old_one(shop: Shop) -> None:
    placed, today = shop.order(2), timezone.localdate()
    said = as_(shop.finance).post(ADDRESS, typed(shop), follow=True).content.decode()
    assert "价格表已发布" in said and "渝价〔2026〕9号" in said and "¥99.50" in said and "¥150.00" in said
    (offer,) = offers_for(shop.company.pk, on=today)
    assert (offer.unit_minor, offer.document) == (9_950, "渝价〔2026〕9号")
    (before,) = offers_for(shop.company.pk, on=today - timedelta(days=1))
    assert before.unit_minor == 12_800
    placed.refresh_from_db()
    assert placed.total_minor == 2 * 12_800
    assert LogRecord.objects.filter(kind="commerce.prices_published", actor_id=shop.finance.pk).exists()


def test_a_new_plan_is_made_of_courses_of_the_catalogue(shop: Shop) -> None:
    shelf = fill_shelf()
    for topic in ("site_civil-04", "C06"):
        published_edition(shelf.courses[topic])
    editions = [hit.edition_id for hit in courses_to_watch()]
    new = {"kind": "plan", "name": "2027 年度计划", "new_price": "198", "courses": editions}
    as_(shop.finance).post(ADDRESS, typed(shop, **new))
    plan = Product.objects.get(name="2027 年度计划")
    assert [row.edition_id for row in plan.editions.all()] == editions and len(editions) == 2
    assert Price.objects.get(product=plan).unit_minor == 19_800


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"document": ""}, "document"),
        ({"document": "  "}, "document"),
        ({"region": "999999"}, "region"),
        ({"kind": "plan", "name": "空计划", "new_price": "5"}, "至少选两门"),
        ({"kind": "course", "name": "空课", "new_price": "5"}, "只选一门"),
        ({"kind": "seats", "new_price": "5"}, "请填写新商品的名称"),
        ({"kind": "seats", "name": "通用席位", "new_price": "5"}, "已有同名商品"),
        ({"valid_from": "2020-01-01"}, "开始日期不能早于今天"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_published(shop: Shop, change: dict[str, object], words: str) -> None:
    page = as_(shop.finance).post(ADDRESS, typed(shop, **change)).content.decode()
    assert words in page and 'value="99.50"' in page
    assert PriceList.objects.count() == 1


def test_a_price_above_the_document_and_an_empty_list_are_refused(shop: Shop) -> None:
    key = f"price_{shop.product.pk}"
    assert "高于收费文件的上限" in as_(shop.finance).post(ADDRESS, typed(shop, **{key: "151"})).content.decode()
    assert "价格表是空的" in as_(shop.finance).post(ADDRESS, typed(shop, **{key: ""})).content.decode()
    assert PriceList.objects.count() == 1
    assert PriceList.objects.get().valid_until is None


def test_only_finance_publishes(shop: Shop) -> None:
    assert as_(shop.manager).post(reverse("commerce:prices"), typed(shop)).status_code == 403
    offers = [actions.Offered("seats", "x", 1)]
    with pytest.raises(NotAllowed):
        actions.publish_prices(
            region_code="500000", document="x", valid_from=date(2026, 3, 1), offers=offers, at=AT, by=shop.manager
        )
    with pytest.raises(BadOrder, match="nothing_offered"):
        actions.publish_prices(
            region_code="500000", document="x", valid_from=date(2026, 3, 1), offers=[], at=AT, by=shop.finance
        )
