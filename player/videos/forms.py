"""What an editor fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A title and a file. Whether the file can become a video is decided by `actions.upload_video`, by its content."""

    title = forms.CharField(label=_("标题"), max_length=200, help_text=_("给课程选用视频时，按这个标题查找。"))
    # An empty file gets the same sentence as on every other way in, from the action.
    file = forms.FileField(
        label=_("视频文件"),
        allow_empty_file=True,
        max_length=500,
        widget=forms.FileInput(attrs={"accept": "video/*,.mkv,.flv,.ts,.avi"}),
    )
