"""The English catalogue: `python -m infra.translations update | compile | check`. Needs Babel, but no gettext binaries.

msgids are Chinese, so Chinese needs no catalogue; lms/locale/zh_Hans holds only our wording of a few texts of Django.

* update: take every msgid out of our Python and templates into lms/locale/en; what is no longer used leaves it.
* compile: write the .mo files that Django reads. They are not kept in git: `make setup` writes them.
* check: say what is missing, doubtful or out of date, and which Chinese text of a template no catalogue can reach.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("lms", "content", "player", "proctoring", "analytics")
LOCALE = ROOT / "lms" / "locale"
ENGLISH = LOCALE / "en" / "LC_MESSAGES" / "django.po"
# Only what a reader of the file needs: dates and tool versions would change it at every run.
HEADER = r"""# Texts of the project in English; the msgids are the Chinese source.
msgid ""
msgstr ""
"Language: en\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""

Keywords = dict[str, tuple[int | tuple[int, str], ...] | None]
KEYWORDS: Keywords = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
QUOTED_WORD = 2  # characters: English may quote a Chinese word to search for, 支模 for one
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w*)\}")


def sources() -> Iterator[Path]:
    """Yield our Python files and templates, in order; migrations hold no texts of their own."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            is_ours = path.suffix == ".py" and "migrations" not in path.parts
            if is_ours or (path.suffix in {".html", ".txt"} and "templates" in path.parts):
                yield path


def as_python(path: Path) -> bytes:
    """Return a source as Babel's Python reader wants it.

    Django turns a template into calls of gettext among blanked-out text; in brackets, its indents mean nothing.
    """
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode()
    calls: str = templatize(text, origin=str(path))
    return f"({calls}\n)".encode()


def messages_of(path: Path) -> Iterator[Message]:
    found = extract_python(BytesIO(as_python(path)), KEYWORDS, [], {"encoding": "utf-8"})
    name = path.relative_to(ROOT).as_posix()
    for line, function, arguments, _comments in found:
        given = [arguments] if isinstance(arguments, str) else list(arguments or ())  # nothing: a call with a variable
        context = given.pop(0) if "pgettext" in function else None
        texts = [text for text in given[: 2 if "ngettext" in function or "npgettext" in function else 1] if text]
        if texts:
            msgid = texts[0] if len(texts) == 1 else tuple(texts)
            yield Message(msgid, locations=[(name, line)], context=context)


def template() -> Catalog:
    """Return every msgid in use, with the files that use it."""
    found = Catalog(domain="django", charset="utf-8")
    for path in sources():
        for message in messages_of(path):
            found.add(message.id, locations=message.locations, context=message.context)
    return found


def read(path: Path) -> Catalog:
    locale = path.parents[1].name
    if not path.exists():
        return Catalog(locale=locale, domain="django")
    with path.open("rb") as file:
        return read_po(file, locale=locale, domain="django")


def update() -> int:
    catalogue = read(ENGLISH)
    catalogue.update(template(), no_fuzzy_matching=True)
    ENGLISH.parent.mkdir(parents=True, exist_ok=True)
    with ENGLISH.open("wb") as file:
        file.write(HEADER.encode())
        write_po(
            file, catalogue, include_lineno=False, ignore_obsolete=True, width=0, omit_header=True, sort_by_file=True
        )
    print(f"{ENGLISH.name}: {len(catalogue)} texts, {sum(1 for m in catalogue if not done(m))} to translate.")
    return 0


def compile_all() -> int:
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
        print(f"{path.relative_to(ROOT).with_suffix('.mo')} written.")
    return 0


def texts_of(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the source texts and the translations, singular and plural alike as tuples."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    translated = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return ids, translated


def done(message: Message) -> bool:
    _ids, translated = texts_of(message)
    return message.id == "" or (bool(translated) and all(translated) and not message.fuzzy)


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


def faults_of(message: Message) -> Iterator[str]:
    """Yield what is wrong with a translation; a dropped placeholder would break the page."""
    ids, translated = texts_of(message)
    shown = ids[0].replace("\n", " ")
    where = ", ".join(sorted({name for name, _line in message.locations}))
    if not done(message):
        yield f"{'doubtful' if message.fuzzy else 'missing'}: {shown}   ({where})"
        return
    wanted = set().union(*map(placeholders, ids))
    for text in translated:
        if placeholders(text) - wanted or (len(translated) == 1 and placeholders(text) != wanted):
            yield f"placeholders differ: {shown} → {text}"
        quoted = all(len(run) <= QUOTED_WORD and run in ids[0] for run in CHINESE.findall(text))
        if not quoted:
            yield f"still Chinese: {shown} → {text}"


UNREACHED = (
    re.compile(r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}", re.DOTALL),
    re.compile(r"\{%\s*block(?:translate|trans)\b.*?\{%\s*endblock(?:translate|trans)\s*%\}", re.DOTALL),
    re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", re.DOTALL),
)


def bare_chinese() -> Iterator[str]:
    """Yield Chinese that stands in a template outside every translation tag: English readers would see it."""
    for path in sources():
        if path.suffix == ".py":
            continue
        text = path.read_text(encoding="utf-8")
        for pattern in UNREACHED:
            text = pattern.sub(lambda match: "\n" * match.group(0).count("\n"), text)
        for number, line in enumerate(text.splitlines(), start=1):
            if CHINESE.search(line):
                yield f"not translatable: {path.relative_to(ROOT)}:{number}: {line.strip()}"


def check() -> int:
    catalogue, wanted = read(ENGLISH), template()
    faults = [fault for message in catalogue if message.id for fault in faults_of(message)]
    faults += [
        f"not in the catalogue (run update): {message.id}"
        for message in wanted
        if message.id and catalogue.get(message.id, message.context) is None
    ]
    faults += bare_chinese()
    for fault in faults:
        print(fault)
    print(f"{len(catalogue)} texts, {len(faults)} faults.")
    return 1 if faults else 0


DEEDS = {"update": update, "compile": compile_all, "check": check}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in DEEDS:
        print(__doc__)
        return 2
    return DEEDS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
