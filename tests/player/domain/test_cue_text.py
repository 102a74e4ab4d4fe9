"""What may stand in a caption, and in which form it is kept."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from player.domain.cue_text import BadText, TextFault, canonical, editable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("立杆底部与扫地杆", "立杆底部与扫地杆"),
        ("  两行\n\n  文字 ", "两行\n文字"),
        ("间距 < 1.2 m & 步距 > 1.5 m", "间距 &lt; 1.2 m &amp; 步距 &gt; 1.5 m"),
        ("间距<1.2m，步距>1.5m", "间距&lt;1.2m，步距&gt;1.5m"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        ("&copy; &#10;&#10;", "&amp;copy; &amp;#10;&amp;#10;"),
        ("<b>验收</b>后<i>方可</i><u>浇筑</u>", "<b>验收</b>后<i>方可</i><u>浇筑</u>"),
        ("<B>验收</B>", "<b>验收</b>"),
        ("<b.loud>验收</b>", "<b>验收</b>"),
        ("<v 张工>停止作业", "<v 张工>停止作业</v>"),
        ("<v.first  张  工 & 李工>停</v>", "<v 张 工 &amp; 李工>停</v>"),
        ("<c.yellow.bg_blue>黄</c>字", "黄字"),
        ("<lang en>HPB300</lang>", "HPB300"),
        ('<font color="#ff0000">红</font>', "红"),
        ("<00:00:01.500>逐<00:00:02.000>字", "逐字"),
        (r"{\an8}上方", "上方"),
        ("<script", "&lt;script"),
        ("<?php echo 1; ?>", "&lt;?php echo 1; ?&gt;"),
        ("5 <- 6 <3", "5 &lt;- 6 &lt;3"),
    ],
)
def test_a_text_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert canonical(typed) == kept
    assert canonical(kept) == kept


@pytest.mark.parametrize(
    ("typed", "fault", "detail"),
    [
        ("", TextFault.EMPTY_TEXT, ""),
        (" \n\u00a0\t", TextFault.EMPTY_TEXT, ""),
        ("<b></b>", TextFault.EMPTY_TEXT, ""),
        (r"{\an8}", TextFault.EMPTY_TEXT, ""),
        ("<script>alert(1)</script>", TextFault.TAG_NOT_ALLOWED, "script"),
        ("<SCRIPT >alert(1)", TextFault.TAG_NOT_ALLOWED, "SCRIPT"),
        ("<script\nsrc=x>", TextFault.TAG_NOT_ALLOWED, "script"),
        ("<img src=x onerror=alert(1)>", TextFault.TAG_NOT_ALLOWED, "img"),
        ("<br/>", TextFault.TAG_NOT_ALLOWED, "br"),
        ("<ruby>漢<rt>han</rt></ruby>", TextFault.TAG_NOT_ALLOWED, "ruby"),
        ("<b onclick=x>粗</b>", TextFault.TAG_NOT_ALLOWED, "b"),
        ("<a.b href=javascript:1>x", TextFault.TAG_NOT_ALLOWED, "a"),
        ("<" + "x" * 900 + ">", TextFault.TAG_NOT_ALLOWED, "x" * 40),
        ("<b>粗", TextFault.TAG_NOT_CLOSED, "b"),
        ("<v 张工><b>粗", TextFault.TAG_NOT_CLOSED, "b"),
        ("<b><i>粗</b></i>", TextFault.TAG_NOT_CLOSED, "i"),
        ("粗</b>", TextFault.TAG_NOT_CLOSED, "b"),
        ("<v>谁", TextFault.NO_SPEAKER, ""),
    ],
)
def test_a_text_that_cannot_be_kept_says_why(typed: str, fault: TextFault, detail: str) -> None:
    with pytest.raises(BadText) as bad:
        canonical(typed)
    assert (bad.value.fault, bad.value.detail) == (fault, detail)


PIECES = st.lists(
    st.sampled_from(
        ["<", ">", "&", "/", "b", "v 张", "<b>", "</b>", "<v 李>", "</v>", "&lt;", "&amp;", "\n", " ", "1", ";", "amp"]
    ),
    max_size=12,
)


@given(PIECES.map("".join))
@example("&amp;lt;b&amp;gt;")
@example("<v <b>x")
def test_what_is_kept_stays_and_is_edited_without_loss(typed: str) -> None:
    try:
        kept = canonical(typed)
    except BadText:
        return
    assert canonical(kept) == kept
    assert canonical(editable(kept)) == kept
    assert "-->" not in kept
    bare = kept.replace("<b>", "").replace("</b>", "").replace("</v>", "")
    assert all(part.startswith("v ") for part in bare.split("<")[1:])
