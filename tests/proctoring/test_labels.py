"""labels.csv as strangers write it, and what they are told when it cannot be used."""

from pathlib import Path

import pytest

from proctoring.labels import BadFolder, Label, read_labels

HEADER = "file,kind,challenge,subject\n"


def _folder(path: Path, labels: str | bytes) -> Path:
    (path / "a.mp4").write_bytes(b"")
    (path / "labels.csv").write_bytes(labels if isinstance(labels, bytes) else labels.encode())
    return path


@pytest.mark.parametrize(
    "labels",
    [
        HEADER + "a.mp4,bona_fide,nod+mouth,s1",
        (HEADER + "a.mp4,bona_fide,nod+mouth,s1\n\n").replace("\n", "\r\n").encode("utf-8-sig"),
        (HEADER + "a.mp4,bona_fide,nod+mouth,s1\n").encode("utf-16"),
        "File;Kind;Challenge;Subject\na.mp4;Bona Fide;nod + MOUTH;s1\n",
        'subject,challenge,note,kind,file\ns1,nod+mouth,"in the sun, at noon",bona-fide,a.mp4\n,,,,\n',
    ],
    ids=["plain", "a spreadsheet's", "wide", "semicolons and capitals", "other columns"],
)
def test_a_table_is_read_however_it_was_written(tmp_path: Path, labels: str | bytes) -> None:
    assert read_labels(_folder(tmp_path, labels)) == (Label("a.mp4", "bona_fide", ("nod", "mouth"), "s1"),)


@pytest.mark.parametrize("kind", ["static_photo", "A film of my own", "Replay"])
def test_the_name_of_an_attack_is_the_strangers(tmp_path: Path, kind: str) -> None:
    assert read_labels(_folder(tmp_path, f"{HEADER}a.mp4,{kind},nod,s1\n"))[0].kind == kind


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ("a.mp4,bona_fide,nod,s1\n", "line 1: it must name the columns file,kind,challenge,subject; file, kind, challenge not"),
        ("", "line 1: it must name the columns"),
        ("file,kind\na.mp4,bona_fide\n", "line 1: .* challenge not found"),
        (HEADER, "names no clip"),
        (HEADER + "../labels.csv,bona_fide,nod,s1", "line 2: ../labels.csv lies outside of the folder"),
        (HEADER + "\ngone.mp4,bona_fide,nod,s1", "line 3: there is no file gone.mp4"),
        (HEADER + "a.mp4,bona_fide,smile+nod,s1", "line 2: 'smile' in the challenge of a.mp4 is none of blink2, turn_left"),
        (HEADER + "a.mp4,bona_fide,,s1", "line 2: a.mp4 has no challenge"),
        (HEADER + "a.mp4", "line 2: a.mp4 has no kind"),
        (HEADER + ",replay,nod,s1", "line 2: no file is named"),
        (b"\xc4\xe3\xff", "is not written in UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_words(tmp_path: Path, labels: str | bytes, said: str) -> None:
    with pytest.raises(BadFolder, match=said):
        read_labels(_folder(tmp_path, labels))


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    rows = "".join(f"{n}.mp4,replay,nod,s1\n" for n in range(12))
    with pytest.raises(BadFolder) as told:
        read_labels(_folder(tmp_path, HEADER + rows))
    lines = str(told.value).splitlines()
    assert [lines[0], lines[9], lines[10]] == [
        "labels.csv, line 2: there is no file 0.mp4",
        "labels.csv, line 11: there is no file 9.mp4",
        "and 2 more",
    ]
    assert len(lines) == 11


def test_a_folder_that_is_none_and_one_without_labels_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(BadFolder, match="is no folder"):
        read_labels(tmp_path / "gone")
    with pytest.raises(BadFolder, match=r"there is no labels\.csv in .* such as a\.mp4,bona_fide"):
        read_labels(tmp_path)
