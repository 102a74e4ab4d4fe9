"""The published texts of seven years come out as the shipped tables; a slip in one is found."""

import pytest

from lms.organisations.domain.notice_reading import BadNotice
from lms.organisations.domain.notice_text import read_notice_text
from lms.organisations.working_day_notices import shipped_notices

# The operative lines of each notice, which as official documents nobody owns, with the number and the day of issue.
TEXTS = {
    2021: """国务院办公厅关于2021年部分节假日安排的通知
国办发明电〔2020〕27号
一、元旦：2021年1月1日至3日放假，共3天。
二、春节：2月11日至17日放假调休，共7天。2月7日（星期日）、2月20日（星期六）上班。
三、清明节：4月3日至5日放假调休，共3天。
四、劳动节：5月1日至5日放假调休，共5天。4月25日（星期日）、5月8日（星期六）上班。
五、端午节：6月12日至14日放假，共3天。
六、中秋节：9月19日至21日放假调休，共3天。9月18日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月26日（星期日）、10月9日（星期六）上班。
2020年11月25日""",
    2023: """国务院办公厅关于2023年部分节假日安排的通知
国办发明电〔2022〕16号
一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。
2022年12月8日""",
    2024: """国务院办公厅关于2024年部分节假日安排的通知
国办发明电〔2023〕7号
一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。
2023年10月25日""",
    2026: """国务院办公厅关于2026年部分节假日安排的通知
国办发明电[2025]7号
一、元旦:1月1日(周四)至3日(周六)放假调休,共3天。1月4日(周日)上班。
二、春节:2月15日(农历腊月二十八、周日)至23日(农历正月初七、周一)放假调休,共9天。2月14日(周六)、2月28日(周六)上班。
三、清明节:4月4日(周六)至6日(周一)放假,共3天。
四、劳动节:5月1日(周五)至5日(周二)放假调休,共5天。5月9日(周六)上班。
五、端午节:6月19日(周五)至21日(周日)放假,共3天。
六、中秋节:9月25日(周五)至27日(周日)放假,共3天。
七、国庆节:10月1日(周四)至7日(周三)放假调休,共7天。9月20日(周日)、10月10日(周六)上班。
2025年11月4日""",
}


@pytest.mark.parametrize("year", TEXTS)
def test_a_published_text_is_the_table_that_is_shipped(year: int) -> None:
    (shipped,) = (notice for notice in shipped_notices() if notice.year == year)
    assert read_notice_text(TEXTS[year]) == shipped


@pytest.mark.parametrize(
    ("said", "instead", "code", "about"),
    [
        ("5月9日(周六)", "5月8日(周六)", "weekday_wrong", "2026-05-08"),
        ("共9天", "共8天", "day_count_wrong", "春节"),
        ("6月19日", "6月31日", "not_a_day", "2026-6-31"),
        ("国办发明电[2025]7号", "", "no_number", ""),
        ("2026年部分节假日", "部分节假日", "no_year", ""),
        ("2025年11月4日", "", "no_issue_day", ""),
        ("5月9日(周六)上班", "5月7日上班", "worked_on_a_weekday", "2026-05-07"),
    ],
)
def test_a_slip_in_the_text_is_found(said: str, instead: str, code: str, about: str) -> None:
    assert said in TEXTS[2026]
    with pytest.raises(BadNotice) as refused:
        read_notice_text(TEXTS[2026].replace(said, instead))
    assert (code, about) in refused.value.complaints


def test_a_number_that_the_copy_left_out_can_be_given() -> None:
    text = TEXTS[2026].replace("国办发明电[2025]7号", "")
    assert read_notice_text(text, number=" 国办发明电〔2025〕7号 ").number == "国办发明电〔2025〕7号"


@pytest.mark.parametrize("text", ["", "今天放假", "一、" * 9, "x" * 30_000])
def test_whatever_is_no_notice_is_refused(text: str) -> None:
    with pytest.raises(BadNotice):
        read_notice_text(text)
