"""What the dashboards write into the log: who looked at the records behind a figure."""

from analytics.domain.units import Unit
from analytics.learning_log.kinds import Kind, register

BEHIND_VIEWED = "audit.figure_opened"
FIGURES_VIEWED = "audit.figures_viewed"

_FACETS = {
    "all": ("全部", "everybody"),
    "company": ("企业", "company"),
    "institution": ("培训机构", "institution"),
    "region": ("地区", "region"),
    "post": ("岗位", "post"),
}

register(
    Kind(
        FIGURES_VIEWED,
        zh="{actor} 查看学习统计（{facet}）",
        en="{actor} looked at figures of learning ({facet})",
        fields={
            "facet": "company, institution, region or post; all: of everybody",
            "value": "its code; empty: all of them",
        },
        words={"facet": _FACETS},
        units={"value": Unit.THING},
        label_zh="查看学习统计",
        label_en="Figures viewed",
    ),
    Kind(
        BEHIND_VIEWED,
        zh="{actor} 查看一个数字由哪些记录构成（{figure}），列出 {shown} 条",
        en="{actor} looked at the records behind a figure ({figure}), {shown} of them",
        fields={
            "facet": "company or institution",
            "value": "its uuid",
            "figure": "measure|day..day|group",
            "shown": "records on the page",
        },
        words={"facet": _FACETS},
        units={"value": Unit.THING},
        label_zh="查看数字的构成",
        label_en="Records behind a figure viewed",
    ),
)
