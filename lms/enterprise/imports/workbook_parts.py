"""The parts of a workbook (ECMA-376) that this room writes itself: what is in every one, and the remarks beside cells.

Written as text, because a library that makes an object of every cell takes ten times as long over ten thousand rows.
"""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Formats of cells, by their place in the sheet of styles.
YELLOW, DAY, YELLOW_DAY, BOLD = 1, 2, 3, 4
_IDS_OF_BLOCK = 1024  # shapes are numbered in blocks of so many
AUTHOR = "筑学"

STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>'
    '</fonts><fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFFFF3D6"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="0" fillId="2" borderId="0" xfId="0" applyFill="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;width:195pt;'
    'height:68pt;z-index:{at};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


def fixed_parts(titles: Sequence[str], *, has_remarks: bool) -> dict[str, str]:
    """Return the parts around the sheets, by name. titles: of the sheets; remarks stand in the first."""
    numbers = range(1, len(titles) + 1)
    sheets = "".join(
        f'<sheet name="{escape(title, {chr(34): "&quot;"})}" sheetId="{at}" r:id="rId{at}"/>'
        for at, title in zip(numbers, titles, strict=True)
    )
    pages = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>' for at in numbers
    )
    parts = {
        "[Content_Types].xml": _content_types(len(titles), has_remarks),
        "_rels/.rels": ROOT,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{pages}'
        f'<Relationship Id="rId{len(titles) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }
    if has_remarks:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OFFICE}/vmlDrawing" Target="../drawings/vmlDrawing1.vml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/comments" Target="../comments1.xml"/></Relationships>'
        )
    return parts


def sheet_head(columns: int, width: int) -> str:
    """Return a sheet up to its first row. width: of each column, in characters."""
    cols = f'<cols><col min="1" max="{columns}" width="{width}" customWidth="1"/></cols>' if columns else ""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{cols}<sheetData>'


def sheet_end(*, has_remarks: bool) -> str:
    """Return a sheet from its last row on."""
    boxes = '<legacyDrawing r:id="rId1"/>' if has_remarks else ""
    return f"</sheetData>{boxes}</worksheet>"


def remark_parts(remarks: Mapping[tuple[int, int, str], str]) -> dict[str, str]:
    """Return the remarks of the first sheet, and the boxes that programs show them in, by name.

    remarks: (row from 0, column from 0, reference) → text that XML takes.
    """
    told = "".join(
        f'<comment ref="{reference}" authorId="0"><text><t xml:space="preserve">{text}</t></text></comment>'
        for (_row, _column, reference), text in remarks.items()
    )
    shapes = "".join(
        _SHAPE.format(number=_IDS_OF_BLOCK + at, at=at, row=row, column=column)
        for at, (row, column, _reference) in enumerate(remarks, start=1)
    )
    blocks = ",".join(str(block) for block in range(1, len(remarks) // _IDS_OF_BLOCK + 2))
    return {
        "xl/comments1.xml": f'{_HEAD}<comments xmlns="{_MAIN}"><authors><author>{AUTHOR}</author></authors>'
        f"<commentList>{told}</commentList></comments>",
        "xl/drawings/vmlDrawing1.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{blocks}"/></o:shapelayout>'
        '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
        f"{shapes}</xml>",
    }


def _content_types(sheets: int, has_remarks: bool) -> str:
    pages = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for at in range(1, sheets + 1)
    )
    remarks = (
        '<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
        f'<Override PartName="/xl/comments1.xml" ContentType="{_TYPE}.comments+xml"/>'
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{pages}'
        f"{remarks if has_remarks else ''}</Types>"
    )
