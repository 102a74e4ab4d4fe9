"""The certificates of staff as one ZIP, with a signed list of what is in it."""

import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import File
from django.core.files.storage import storages
from django.utils import timezone

from analytics.domain.spreadsheet import BYTE_ORDER_MARK, csv_line
from lms.certificates.actions import ListedPaper, paper_of, signed_list, stored
from lms.certificates.pdf.fonts import GlyphsMissing
from lms.certificates.pdf.signing import NoSigningKey
from lms.certificates.queries import CertificateView, certificates_of
from lms.enterprise.models import DeskJob, RosterLine

if TYPE_CHECKING:
    from lms.enterprise.queries.desk import Desk

FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))  # in names of files, on some machine or other


def make_some(job: DeskJob, lines: Sequence[RosterLine], at: datetime) -> Counter[str]:
    """Make the papers of some people that nobody has made yet; return how many people have one, and why not others."""
    counted: Counter[str] = Counter()
    for line in lines:
        certificates = _in_force(line.person_id, at)
        try:
            for one in certificates:
                paper_of(version_id=one.latest.id, at=at)
        except (GlyphsMissing, NoSigningKey):
            counted["no_paper"] += 1
        else:
            counted["" if certificates else "no_certificate"] += 1
    return counted


def pack(job: DeskJob, desk: "Desk", at: datetime) -> str:
    """Write the ZIP: a paper a certificate, the list as CSV and as a signed PDF. Returns its name in private storage, "" = empty.

    Papers are signed already and are stored as they are; one at a time is in memory.
    """
    listed: list[ListedPaper] = []
    with tempfile.TemporaryFile() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as box:
            people = RosterLine.objects.filter(desk.scope, person_id__in=job.people).order_by("name", "person_id")
            for line in people.iterator(chunk_size=200):
                for one in _in_force(line.person_id, at):
                    _put(box, listed, line.name, one, at)
            if not listed:
                return ""
            box.writestr("清单.csv", _csv(listed))
            box.writestr("清单（签名）.pdf", signed_list(company=job.organisation.name, papers=listed, at=at))
        out.seek(0)
        name = f"desk/{job.uuid}.zip"
        delete(name)  # of a worker that died before it could say so
        return str(storages["private"].save(name, File(out)))


def delete(name: str) -> None:
    """Delete a file of a job."""
    storages["private"].delete(name)


def _put(box: zipfile.ZipFile, listed: list[ListedPaper], name: str, one: CertificateView, at: datetime) -> None:
    try:
        paper = paper_of(version_id=one.latest.id, at=at)
    except (GlyphsMissing, NoSigningKey):
        return
    facts = one.latest.facts
    file_name = f"{len(listed) + 1:04d} {name} {facts.post_name} {one.number}.pdf".translate(FORBIDDEN)
    box.writestr(file_name, stored(paper.name))
    until = facts.valid_to.isoformat() if facts.valid_to else "长期"
    listed.append(ListedPaper(facts.holder_name, facts.post_name, one.number, until, file_name, paper.sha256))


def _in_force(person_id: int, at: datetime) -> list[CertificateView]:
    today = timezone.localdate(at)
    return [one for one in certificates_of(person_id) if one.state_on(today) == "valid"]


def _csv(listed: Iterable[ListedPaper]) -> str:
    head = csv_line(("姓名", "岗位", "证书编号", "有效期至", "文件", "SHA-256"))
    rows = (csv_line((one.holder, one.post, one.number, one.until, one.file_name, one.sha256)) for one in listed)
    return BYTE_ORDER_MARK + head + "".join(rows)
