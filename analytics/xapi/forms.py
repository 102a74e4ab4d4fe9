"""What an administrator fills in to let a program in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.xapi.domain import scopes

_WORDS = {
    scopes.WRITE: _("写入语句"),
    scopes.READ_MINE: _("读取自己写入的语句"),
    scopes.READ: _("读取全部语句（人员以编号代替）"),
    scopes.STATE: _("读写学习状态"),
    scopes.DEFINE: _("语句中的活动说明计入活动库"),
    scopes.PROFILE: _("读写活动档案和人员档案"),
    scopes.ALL_READ: _("读取全部数据（人员以编号代替）"),
    scopes.ALL: _("全部权限（人员以编号代替）"),
    scopes.NAMES: _("看到人员姓名和账号；每次读取都有记录"),
}


class ClientForm(forms.Form):
    """A name by which people know the program, and what it may do."""

    name = forms.CharField(label=_("程序名称"), max_length=100)
    scopes = forms.MultipleChoiceField(
        label=_("权限"),
        choices=[(scope, _WORDS[scope]) for scope in scopes.SCOPES],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选择一项权限。")},
    )


def words_for(held: frozenset[str]) -> list[str]:
    """Return scopes in words, in their order."""
    return [str(_WORDS[scope]) for scope in scopes.SCOPES if scope in held]
