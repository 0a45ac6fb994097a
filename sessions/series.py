"""When the sessions of a series take place: every day or week, or on dates that the host wrote down."""

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MomentField, NumberField, ZonedForm
from core.zones import ClockChange, in_zone
from sessions.copies import MOST_AT_ONCE
from sessions.models import Session

_LONGEST_LINE = 40


class Every(models.TextChoices):
    """How a series goes on."""

    DAY = "day", gettext_lazy("Every day")
    WEEK = "week", gettext_lazy("Every week")
    TWO_WEEKS = "two_weeks", gettext_lazy("Every two weeks")
    DATES = "dates", gettext_lazy("On these dates")


STEPS = {Every.DAY: timedelta(days=1), Every.WEEK: timedelta(weeks=1), Every.TWO_WEEKS: timedelta(weeks=2)}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a series; ``change`` where clocks change at the planned time of day, ``planned``."""

    moment: datetime
    planned: time
    change: ClockChange | None


def occurrence(naive: datetime, zone: zoneinfo.ZoneInfo) -> Occurrence:
    """The one that is planned for this time on the clocks of ``zone``; a missing or doubled time as in ``in_zone``."""
    moment, change = in_zone(naive, zone)
    return Occurrence(moment, naive.time(), change)


def first_of_series(session: Session) -> datetime:
    """What the form begins with: the session's time of day, a week after it or, when that has passed, after today."""
    now = timezone.localtime().replace(tzinfo=None)
    planned = session.scheduled_start_time
    start = timezone.localtime(planned).replace(tzinfo=None) if planned else now.replace(minute=0, second=0)
    weeks = max(1, (now - start) // timedelta(weeks=1) + 1)
    zone = zoneinfo.ZoneInfo(timezone.get_current_timezone_name())
    return in_zone((start + timedelta(weeks=weeks)).replace(microsecond=0), zone)[0]


class SeriesForm(ZonedForm):
    """A series of sessions; ``occurrences`` after it was found valid."""

    use_required_attribute = False  # of two fields one is hidden

    first = MomentField(label=gettext_lazy("First date and time"))
    every = forms.ChoiceField(
        label=gettext_lazy("Repeat"), choices=Every.choices, initial=Every.WEEK, widget=forms.RadioSelect
    )
    count = NumberField(label=gettext_lazy("How many sessions"), min_value=1, max_value=MOST_AT_ONCE, initial=4)
    dates = forms.CharField(
        label=gettext_lazy("Dates"),
        required=False,
        max_length=MOST_AT_ONCE * _LONGEST_LINE,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2027-03-01\n2027-03-15 18:30"}),
        help_text=gettext_lazy("One per line, as year-month-day. Without a time they start at the time above."),
    )
    confirmed = forms.CharField(required=False, max_length=MOST_AT_ONCE * 40, widget=forms.HiddenInput)

    occurrences: tuple[Occurrence, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lists_dates = self.data.get("every") == Every.DATES
        self.fields["count"].required, self.fields["dates"].required = not lists_dates, lists_dates

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, every = values.get("first"), values.get("every")
        if first is None or every is None or "count" in self.errors or "dates" in self.errors:
            return values
        zone = zoneinfo.ZoneInfo(self.zone)
        start = first.astimezone(zone).replace(tzinfo=None)
        if every == Every.DATES:
            planned = self._dates(values["dates"], start.time())
        else:
            planned = [start + STEPS[Every(every)] * number for number in range(values["count"])]
        found = [occurrence(naive, zone) for naive in planned]
        if every != Every.DATES and found:
            found[0] = Occurrence(first, start.time(), None)  # chosen as it is
        self._check("dates" if every == Every.DATES else "first", found)
        return values

    def _dates(self, text: str, at: time) -> list[datetime]:
        """The planned times, in their order; the first line that is none becomes the error."""
        planned = []
        for number, line in enumerate((line.strip() for line in text.splitlines()), 1):
            if not line:
                continue
            try:
                planned.append(_planned(line[:_LONGEST_LINE], at))
            except ValueError:
                message = _("Line %(number)d is no date: “%(line)s”. Write dates like 2027-03-01, or 2027-03-01 18:30.")
                self.add_error("dates", message % {"number": number, "line": line[:_LONGEST_LINE]})
                return []
        if len(planned) > MOST_AT_ONCE:
            message = _("These are %(count)d dates. Schedule at most %(most)d sessions at once.")
            self.add_error("dates", message % {"count": len(planned), "most": MOST_AT_ONCE})
            return []
        return sorted(planned)

    def _check(self, name: str, found: list[Occurrence]) -> None:
        moments = [each.moment for each in found]
        if len(set(moments)) < len(moments):
            self.add_error(name, _("Two of these sessions would start at the same time. Remove one of the dates."))
        elif any(moment <= timezone.now() for moment in moments):
            self.add_error(name, _("One of these times has passed. Choose times in the future."))
        elif moments and moments[-1] > timezone.now() + self.FAR and self.asked_about is None:
            year = moments[-1].year
            self.add_error(name, _("One of these dates is in the year %(year)d. Correct it.") % {"year": year})
        else:
            self.occurrences = tuple(found)

    @property
    def token(self) -> str:
        """What ``confirmed`` must be for exactly these times."""
        return " ".join(f"{each.moment:%Y%m%dT%H%M%S}" for each in self.occurrences)

    @property
    def is_confirmed(self) -> bool:
        return bool(self.occurrences) and self.cleaned_data["confirmed"] == self.token


def _planned(line: str, at: time) -> datetime:
    """A line of the host's dates. Raises ValueError."""
    if len(line) <= len("2027-03-01"):
        planned = datetime.combine(date.fromisoformat(line), at)
    else:
        planned = datetime.fromisoformat(line)
    if planned.tzinfo is not None or not 1900 <= planned.year <= 9000:
        raise ValueError(line)
    return planned
