"""Pages drawn once and filled many times: what is filled in is escaped, and never taken for a slot."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from lms.certificates.prepared import Slot, prepared

PAGE = prepared(format_html("<p>{}</p><b>{}</b><i>{}</i>", Slot("name"), Slot("day"), Slot("name")))


def test_every_place_of_a_slot_is_filled() -> None:
    assert PAGE.names == ("name", "day", "name")
    assert PAGE.fill({"name": "王", "day": "2026-05-09"}) == "<p>王</p><b>2026-05-09</b><i>王</i>"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ('<script>"&', "&lt;script&gt;&quot;&amp;"),
        (mark_safe("<em>x</em>"), "<em>x</em>"),
        (str(Slot("day")), str(Slot("day"))),  # cut once, before anybody wrote anything
    ],
)
def test_what_is_filled_in_is_escaped_unless_it_was_drawn(given: str, shown: str) -> None:
    assert f"<p>{shown}</p>" in PAGE.fill({"name": given, "day": "x"})


def test_a_slot_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        PAGE.fill({"name": "x"})


def test_a_page_without_slots_stays_as_it_is() -> None:
    assert prepared("<p></p>").fill({}) == "<p></p>"
