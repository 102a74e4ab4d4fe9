"""The posts (岗位) of construction-site professionals for which licences are issued."""

from dataclasses import dataclass
from types import MappingProxyType


class UnknownPost(Exception):
    """Raised when a code names none of the known posts."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the regulator lists it.

    code: our own stable name; official post codes (岗位代码) were never published.
    family: the heading under which holders look for it (施工员 …).
    national_number: position among the 13 posts of 建办人函〔2020〕662号; None = a local post that cannot be uploaded nationally.
    chongqing_number: position among the 21 posts of Chongqing's detailed rules, annex 2.
    """

    code: str
    name: str
    english_name: str
    family: str
    national_number: str | None
    chongqing_number: str

    @property
    def is_national(self) -> bool:
        """Whether the ministry's system knows this post."""
        return self.national_number is not None

    @property
    def slug(self) -> str:
        """The post's part of an address: its code with hyphens."""
        return self.code.replace("_", "-")


POSTS: tuple[Post, ...] = (
    Post("site_civil", "土建施工员", "Site engineer, civil works", "施工员", "N-01", "CQ-01"),
    Post("site_decor", "装饰装修施工员", "Site engineer, decoration", "施工员", "N-02", "CQ-02"),
    Post("site_municipal", "市政工程施工员", "Site engineer, municipal works", "施工员", "N-03", "CQ-03"),
    Post("site_mep", "设备安装施工员", "Site engineer, building services", "施工员", "N-04", "CQ-04"),
    Post("quality_civil", "土建质量员", "Quality inspector, civil works", "质量员", "N-05", "CQ-05"),
    Post("quality_decor", "装饰装修质量员", "Quality inspector, decoration", "质量员", "N-06", "CQ-06"),
    Post("quality_municipal", "市政工程质量员", "Quality inspector, municipal works", "质量员", "N-07", "CQ-07"),
    Post("quality_mep", "设备安装质量员", "Quality inspector, building services", "质量员", "N-08", "CQ-08"),
    Post("material", "材料员", "Materials controller", "材料员", "N-09", "CQ-12"),
    Post("machinery", "机械员", "Plant controller", "机械员", "N-10", "CQ-15"),
    Post("labor", "劳务员", "Labour administrator", "劳务员", "N-11", "CQ-14"),
    Post("document", "资料员", "Document controller", "资料员", "N-12", "CQ-17"),
    Post("standard", "标准员", "Standards officer", "标准员", "N-13", "CQ-18"),
    Post("budget_civil", "土建预算员", "Cost estimator, civil works", "预算员", None, "CQ-09"),
    Post("budget_mep", "安装预算员", "Cost estimator, building services", "预算员", None, "CQ-10"),
    Post("safety", "安全员", "Safety officer", "安全员", None, "CQ-11"),
    Post("survey", "测量员", "Site surveyor", "测量员", None, "CQ-13"),
    Post("testing", "试验员", "Testing technician", "试验员", None, "CQ-16"),
    Post("component_process", "构件工艺员", "Precast process technician", "构件", None, "CQ-19"),
    Post("info_mgmt", "信息管理员", "Information manager", "信息", None, "CQ-20"),
    Post("component_quality", "构件质量员", "Precast quality inspector", "构件", None, "CQ-21"),
)

NATIONAL_POSTS: tuple[Post, ...] = tuple(post for post in POSTS if post.is_national)

_BY_CODE = MappingProxyType({post.code: post for post in POSTS})


def post(code: str) -> Post:
    """Return the post of this code. Raises UnknownPost.

    >>> post("site_civil").name
    '土建施工员'
    """
    try:
        return _BY_CODE[code]
    except KeyError:
        raise UnknownPost(code) from None


def is_post(code: str) -> bool:
    """Whether a code names a known post."""
    return code in _BY_CODE


def post_choices() -> list[tuple[str, str]]:
    """Return codes with names, for forms; a function, so that a new post needs no migration."""
    return [(post.code, post.name) for post in POSTS]
