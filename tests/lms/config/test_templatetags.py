"""The tags of every template: figures, times, signs, form fields."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from lms.config import figures


def render(source: str, **context: object) -> str:
    return Template("{% load house %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("hours", "shown", "short", "missing"),
    [
        (Fraction(5, 7), "0.71", "0.71", "0.72"),
        (Decimal("11.999"), "11.99", "11.99", "12"),
        (20, "20.00", "20", "20"),
        (Fraction(5, 2), "2.50", "2.5", "2.5"),
        (0, "0.00", "0", "0"),
        (Fraction(1, 3600), "0.00", "0", "0.01"),
    ],
)
def test_hours_earned_are_never_shown_larger_and_hours_missing_never_smaller(
    hours: figures.Number, shown: str, short: str, missing: str
) -> None:
    assert render("{{ h|hours }} {{ h|hours_short }} {{ h|hours_missing }}", h=hours) == f"{shown} {short} {missing}"


@given(st.fractions(min_value=0, max_value=10_000))
def test_shown_hours_lie_within_a_hundredth_on_the_careful_side(hours: Fraction) -> None:
    assert 0 <= hours - Fraction(figures.hours_floored(hours)) < Fraction(1, 100)
    assert 0 <= Fraction(figures.hours_ceiled(hours)) - hours < Fraction(1, 100)


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (760_999, "12 分 40 秒", "12 min 40 s"),
        (364_000, "6 分 04 秒", "6 min 04 s"),
        (40_000, "40 秒", "40 s"),
        (3_725_000, "1 小时 2 分 05 秒", "1 h 2 min 05 s"),
        (5_400_000, "1 小时 30 分", "1 h 30 min"),
        (54_000_000, "15 小时", "15 h"),
        (0, "0 秒", "0 s"),
        (-5, "0 秒", "0 s"),
        (timedelta(minutes=2), "2 分 00 秒", "2 min 00 s"),
    ],
)
def test_lengths_of_time_are_told_in_words(value: object, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert render("{{ v|duration }}", v=value) == zh
    with override("en"):
        assert render("{{ v|duration }}", v=value) == en


def test_seconds_are_told_in_words_when_asked() -> None:
    assert render('{{ 75|duration:"seconds" }}') == "1 分 15 秒"


def test_positions_are_shown_as_a_clock() -> None:
    assert render("{{ 760400|clock }} {{ 5000|clock }} {{ 3725000|clock }}") == "12:40 0:05 1:02:05"


def test_days_and_moments_are_the_regulators() -> None:
    late = datetime(2026, 5, 9, 17, 30, 5, tzinfo=UTC)  # already the next day in Shanghai
    assert render("{{ at|day }} {{ on|day }}", at=late, on=date(2026, 5, 9)) == "2026-05-10 2026-05-09"
    shown = render("{% moment at %}", at=late)
    assert shown == '<time class="number" datetime="2026-05-10T01:30:05+08:00">2026-05-10 01:30</time>'
    assert render('{% moment at "second" %}', at=late).endswith(">2026-05-10 01:30:05</time>")
    assert render("{% moment at %}{{ at|day }}", at=None) == ""


def test_numbers_of_persons_are_masked() -> None:
    assert render("{{ n|masked }}", n="13800001234") == "138****1234"
    assert render("{{ n|masked }}", n=None) == ""


@pytest.mark.parametrize(
    ("value", "state", "drawn"), [(10, "pending", "83.3"), (12, "done", "100"), (Fraction(1199, 100), "pending", "94")]
)
def test_a_ring_closes_only_when_it_is_complete(value: figures.Number, state: str, drawn: str) -> None:
    ring = render('{% ring v 12 label="专业" %}', v=value)
    assert f'class="{state}"' in ring
    assert f'stroke-dasharray="{drawn} 100"' in ring
    assert 'role="img"' in ring
    assert "专业" in ring


def test_an_empty_ring_has_no_arc() -> None:
    assert "dasharray" not in render("{% ring 0 12 %}")


def test_a_bar_lays_its_parts_one_after_the_other() -> None:
    drawn = render('{% bar 10 done=5 danger=2 label="甲" %}')
    assert '<rect class="done" x="0%" width="50%"' in drawn
    assert '<rect class="danger" x="50%" width="20%"' in drawn


def test_a_bar_of_nothing_is_empty_and_one_too_full_is_scaled() -> None:
    assert "<rect" not in render("{% bar 0 %}")
    assert 'width="100%"' in render("{% bar 10 done=25 %}")


def test_marks_say_their_states_in_words() -> None:
    drawn = render("{% marks states %}", states=[("通用", "done"), ("专业", "neutral")])
    assert 'aria-label="通用 已达标，专业 未开始"' in drawn


@pytest.mark.parametrize(
    ("today", "shown"), [(date(2025, 5, 9), True), (date(2027, 1, 1), False), (date(2023, 1, 1), False)]
)
def test_today_stands_on_the_line_only_within_the_cycle(today: date, shown: bool) -> None:
    line = render("{% cycle_line s e t %}", s=date(2024, 5, 10), e=date(2026, 5, 9), t=today)
    assert ("今天" in line) is shown
    assert "2024-05-10" in line


def test_a_pill_escapes_its_words_and_refuses_states_that_do_not_exist() -> None:
    assert render('{% pill word "done" %}', word="<b>") == '<span class="pill done">&lt;b&gt;</span>'
    with pytest.raises(TemplateSyntaxError):
        render('{% pill "x" "purple" %}')


def test_signs_are_silent_unless_they_are_named() -> None:
    assert 'aria-hidden="true"' in render('{% icon "search" %}')
    assert 'aria-label="查找"' in render('{% icon "search" label="查找" %}')


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="证件上的姓名")
    nick = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    agrees = forms.BooleanField()


def test_the_error_of_a_field_stands_beside_it_and_is_announced_with_it() -> None:
    field = render('{% field f.name autocomplete="name" %}', f=Sample({"name": ""}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_error"' in field
    assert 'autocomplete="name"' in field
    assert "is-invalid" in field
    assert '<label class="form-label" for="id_name">' in field


def test_a_field_keeps_what_was_typed_without_trusting_it() -> None:
    assert 'value="&lt;script&gt;"' in render("{% field f.name %}", f=Sample({"name": "<script>"}))


def test_fields_that_may_stay_empty_say_so() -> None:
    assert "选填" in render("{% field f.nick %}", f=Sample())
    assert "选填" not in render("{% field f.name %}", f=Sample())


def test_choices_and_ticks_have_labels_of_their_own() -> None:
    group = render("{% field f.kind %}", f=Sample())
    assert "<fieldset" in group
    assert group.count('class="form-check-input"') == 2
    assert 'for="id_kind_1"' in group
    assert 'class="form-check-input"' in render("{% field f.agrees %}", f=Sample())
