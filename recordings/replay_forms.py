"""Forms of a recording's page."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from core.forms import LineField, UploadField
from recordings import posters, webvtt
from recordings.models import Recording, TextTrack
from recordings.tracks import LANGUAGE_TAG
from rooms.forms import publishing_choices
from sessions.models import Session


class TrimForm(forms.Form):
    """The span of the recording that is shown; empty fields: from its beginning, to its end."""

    trim_start = forms.FloatField(label=_("Starts at (seconds)"), required=False, min_value=0)
    trim_end = forms.FloatField(label=_("Ends at (seconds)"), required=False, min_value=0)

    def __init__(self, *args: Any, recording: Recording, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"trim_start": recording.trim_start, "trim_end": recording.trim_end}
        for field in self.fields.values():
            field.widget.attrs |= {"step": "0.1", "max": f"{recording.duration or 0:.3f}"}


class TrackForm(forms.Form):
    """A file of captions."""

    file = UploadField(
        label=_("File"),
        max_bytes=webvtt.MAX_BYTES,
        help_text=_("WebVTT (.vtt) or SRT (.srt), in UTF-8."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"}),
    )
    language = forms.CharField(
        label=_("Language"),
        max_length=35,
        initial="en",
        validators=[RegexValidator(LANGUAGE_TAG, _("Enter a language code, such as en, de or pt-BR."))],
        help_text=_("A language code, such as en, de or pt-BR."),
    )
    label = LineField(
        label=_("Name in the menu"),
        max_length=100,
        required=False,
        help_text=_("Such as “English for learners”. Empty: the language’s own name."),
    )
    is_default = forms.BooleanField(label=_("Use these by default"), required=False)


class TrackNameForm(forms.Form):
    """The name of captions in the menu, and whether they are the default."""

    label = LineField(
        label=_("Name in the menu"), max_length=100, required=False, help_text=_("Empty: the language’s own name.")
    )
    is_default = forms.BooleanField(label=_("Use these by default"), required=False)

    def __init__(self, *args: Any, track: TextTrack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"label": track.label, "is_default": track.is_default}
        if track.is_default:  # another one takes its place, or none can
            del self.fields["is_default"]


class PosterMomentForm(forms.Form):
    """The second of the recording whose picture is the poster."""

    at = forms.FloatField(label=_("Second of the recording"), min_value=0)

    def __init__(self, *args: Any, recording: Recording, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"at": recording.chosen_moment}
        self.fields["at"].widget.attrs |= {"step": "any", "max": f"{recording.duration or 0:.3f}"}


class PosterUploadForm(forms.Form):
    """A picture of one's own."""

    file = UploadField(
        label=_("Picture"),
        max_bytes=posters.MAX_BYTES,
        help_text=_("PNG, JPEG or WebP, best 1280 × 720."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "poster_%s"  # the page has another file
        super().__init__(*args, **kwargs)


class PublishingForm(forms.Form):
    """How the recordings of a session are published."""

    publishing = forms.ChoiceField(label=_("Publish new recordings of this session"), required=False)

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"publishing": session.replay_publishing}
        self.fields["publishing"].choices = publishing_choices(session.room)  # type: ignore[attr-defined]
