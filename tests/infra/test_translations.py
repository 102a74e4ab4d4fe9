"""English is complete: every text is translated with its placeholders, and no template speaks past the catalogue."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from infra import translations


def test_the_english_catalogue_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.check() == 0, capsys.readouterr().out


def test_an_update_that_finds_nothing_new_changes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copy = tmp_path / "lms/locale/en/LC_MESSAGES/django.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(translations.ENGLISH.read_bytes())
    before = copy.read_bytes()
    monkeypatch.setattr(translations, "ENGLISH", copy)
    translations.update()
    assert copy.read_bytes() == before


@pytest.mark.parametrize(
    ("msgid", "string", "fault"),
    [
        ("共 %(n)s 页", "%(n)s pages", None),
        ("共 %(n)s 页", "pages", "placeholders differ"),
        ("共 %(n)s 页", "%(m)s pages", "placeholders differ"),
        ("共 {n} 页", "pages", "placeholders differ"),
        ("例如：支模", "For example: 支模", None),
        ("例如：高支模", "For example: 高支模", "still Chinese"),
        ("页", "", "missing"),
    ],
)
def test_a_faulty_translation_is_named(msgid: str, string: str, fault: str | None) -> None:
    faults = list(translations.faults_of(Message(msgid, string=string)))
    assert [each.split(":")[0] for each in faults] == ([fault] if fault else [])


def test_a_doubtful_translation_is_named() -> None:
    [fault] = translations.faults_of(Message("页", string="page", flags=["fuzzy"]))
    assert fault.startswith("doubtful")


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ('{% load i18n %}<p>{% translate "登录" %}</p>', {"登录"}),
        ('{% translate "登录" as word %}{% pill _("已记") %}', {"登录", "已记"}),
        ("  {% blocktranslate trimmed with n=total %}\n    共 {{ n }} 页\n  {% endblocktranslate %}", {"共 %(n)s 页"}),
        ("{# 登录 #}{% comment %}登录{% endcomment %}", set()),
        ("<p>it's {{ name|default:'x' }}</p>\n\t<b>  {% translate '好' %}", {"好"}),
    ],
)
def test_texts_of_a_template_are_found(
    template: str, texts: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    path.write_text(template, encoding="utf-8")
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    assert {message.id for message in translations.messages_of(path)} == texts


def test_texts_of_python_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "views.py"
    path.write_text('a = gettext("一" "二")\nb = _("三")\nc = gettext(a)\nd = ngettext("%(n)d 个", "%(n)d 个们", 2)\n')
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    assert [message.id for message in translations.messages_of(path)] == ["一二", "三", ("%(n)d 个", "%(n)d 个们")]
