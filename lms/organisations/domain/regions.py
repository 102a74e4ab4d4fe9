"""The regions that this installation knows, by GB/T 2260: the nation, the provinces, and the units of three of them.

Chongqing by district and county, Jiangxi by city, Xinjiang by prefecture: the regions whose rules are known. Others are
added here when their rules are.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lms.accounts.domain.provinces import PROVINCES
from lms.organisations.domain.area import NATION


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """One region. level: nation, province, city or district. parent_code: "" for the nation."""

    code: str
    name: str
    level: str
    parent_code: str
    fictional: bool = False


_CHONGQING = """
500101 万州区|500102 涪陵区|500103 渝中区|500104 大渡口区|500105 江北区|500106 沙坪坝区|500107 九龙坡区|500108 南岸区
500109 北碚区|500110 綦江区|500111 大足区|500112 渝北区|500113 巴南区|500114 黔江区|500115 长寿区|500116 江津区
500117 合川区|500118 永川区|500119 南川区|500120 璧山区|500151 铜梁区|500152 潼南区|500153 荣昌区|500154 开州区
500155 梁平区|500156 武隆区|500229 城口县|500230 丰都县|500231 垫江县|500233 忠县|500235 云阳县|500236 奉节县
500237 巫山县|500238 巫溪县|500240 石柱土家族自治县|500241 秀山土家族苗族自治县|500242 酉阳土家族苗族自治县
500243 彭水苗族土家族自治县
"""
_JIANGXI = """
360100 南昌市|360200 景德镇市|360300 萍乡市|360400 九江市|360500 新余市|360600 鹰潭市|360700 赣州市|360800 吉安市
360900 宜春市|361000 抚州市|361100 上饶市
"""
_XINJIANG = """
650100 乌鲁木齐市|650200 克拉玛依市|650400 吐鲁番市|650500 哈密市|652300 昌吉回族自治州|652700 博尔塔拉蒙古自治州
652800 巴音郭楞蒙古自治州|652900 阿克苏地区|653000 克孜勒苏柯尔克孜自治州|653100 喀什地区|653200 和田地区
654000 伊犁哈萨克自治州|654200 塔城地区|654300 阿勒泰地区|659000 自治区直辖县级行政区划
"""


def all_regions(*, fictional: bool) -> tuple[RegionEntry, ...]:
    """Return the regions, each parent before its children; with the demo's fictional one if asked."""
    return (
        RegionEntry(NATION, "全国", "nation", ""),
        *(RegionEntry(code, name, "province", NATION) for code, name in PROVINCES.items()),
        *_units(_CHONGQING, "district", "500000"),
        *_units(_JIANGXI, "city", "360000"),
        *_units(_XINJIANG, "city", "650000"),
        *([RegionEntry("999900", "演示区（虚构）", "city", NATION, fictional=True)] if fictional else []),
    )


def _units(table: str, level: str, parent_code: str) -> Iterator[RegionEntry]:
    for entry in table.replace("\n", "|").split("|"):
        if entry:
            code, name = entry.split(" ")
            yield RegionEntry(code, name, level, parent_code)
