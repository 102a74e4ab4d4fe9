"""What people choose and type at the desk, as clean values."""

from collections.abc import Iterable, Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.enterprise.domain.standing import Risk
from lms.enterprise.models import Site
from lms.enterprise.queries.desk import NO_SITE, SORTS, Wish, known_uuids

MOST_CHOSEN = 500


class RosterForm(forms.Form):
    """The filter of the roster. A value that makes no sense counts as none: an old bookmark still opens."""

    q = forms.CharField(label=_("姓名"), required=False, max_length=60)
    post = forms.ChoiceField(label=_("岗位"), required=False)
    site = forms.ChoiceField(label=_("项目部"), required=False)
    state = forms.ChoiceField(label=_("情况"), required=False)
    before = forms.DateField(
        label=_("周期早于"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    missing = forms.BooleanField(label=_("只看缺学时的"), required=False)

    def __init__(
        self,
        data: QueryDict,
        *,
        posts: Iterable[tuple[str, str]],
        sites: Iterable[Site],
        risks: Mapping[Risk, tuple[object, str]],
    ) -> None:
        super().__init__(data)
        fields = self.fields
        fields["post"].choices = [("", _("全部岗位")), *posts]  # type: ignore[attr-defined]
        places = [(str(site.uuid), site.name) for site in sites]
        fields["site"].choices = [("", _("全部项目部")), *places, (NO_SITE, _("未分到项目部"))]  # type: ignore[attr-defined]
        fields["state"].choices = [("", _("全部情况")), *((risk.value, word) for risk, (word, _c) in risks.items())]  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        """Return what was asked for."""
        self.is_valid()
        given = self.cleaned_data
        data = self.data
        people = data.getlist("person")[:MOST_CHOSEN] if isinstance(data, QueryDict) else []
        before = given.get("before")
        return Wish(
            words=(given.get("q") or "").strip(),
            post=given.get("post") or "",
            site=given.get("site") or "",
            ends_before=before if isinstance(before, date) else None,
            missing=bool(given.get("missing")),
            state=given.get("state") or "",
            people=known_uuids(people),
        )

    def words(self) -> list[str]:
        """Return the rule by which people are chosen, a condition each; none: everybody."""
        self.is_valid()
        given, found = self.cleaned_data, []
        if given.get("q"):
            found.append(gettext("姓名含“%(words)s”") % {"words": given["q"]})
        for name in ("post", "site", "state"):
            if given.get(name):
                found.append(str(dict(self.fields[name].choices)[given[name]]))  # type: ignore[attr-defined]
        if given.get("before"):
            found.append(gettext("周期截止早于 %(day)s") % {"day": given["before"].isoformat()})
        if given.get("missing"):
            found.append(gettext("缺学时的"))
        return found

    @property
    def sort(self) -> str:
        wanted = str(self.data.get("sort", ""))
        return wanted if wanted in SORTS else "end"


class SiteForm(forms.Form):
    """The name of a new site."""

    name = forms.CharField(label=_("项目部名称"), max_length=60)
