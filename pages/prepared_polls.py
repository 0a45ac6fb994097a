"""Polls that the crew prepares before the session: a page that works without the studio."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.validators import MinLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.person import Person
from accounts.views import page_person
from core.errors import Problem
from core.forms import ParagraphsField, add_problem
from core.rows import find
from core.texts import clean_line
from pages.refusal import session_for
from polls import services
from polls.models import LONGEST_OPTION, LONGEST_QUESTION, MOST_OPTIONS, Poll
from polls.queries import polls_seen
from sessions.models import Session
from sessions.rights.capabilities import Capabilities


class PollForm(forms.Form):
    """A poll to prepare; its options stand in lines."""

    question = ParagraphsField(
        label=gettext_lazy("Question"),
        max_length=LONGEST_QUESTION,
        validators=[MinLengthValidator(3)],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    options = ParagraphsField(
        label=gettext_lazy("Options"),
        max_length=MOST_OPTIONS * (LONGEST_OPTION + 1),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One per line, 2 to 20."),
    )
    allow_multiple_votes = forms.BooleanField(
        label=gettext_lazy("Several choices"),
        required=False,
        help_text=gettext_lazy("Everyone may choose more than one option."),
    )
    results = forms.ChoiceField(
        label=gettext_lazy("Results"),
        required=False,
        choices=[
            ("live", gettext_lazy("Shown while voting")),
            ("after_vote", gettext_lazy("Shown after one’s own vote")),
            ("when_shown", gettext_lazy("Hidden until you show them")),
        ],
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Anonymous"),
        required=False,
        help_text=gettext_lazy("Nobody, you included, can see who chose what. It cannot be changed later."),
    )

    def __init__(self, *args: Any, poll: Poll | None = None, **options: Any) -> None:
        if poll is not None:
            results = "when_shown" if poll.results_hidden else "after_vote" if poll.results_after_vote else "live"
            options["initial"] = {
                "question": poll.question,
                "options": "\n".join(option.text for option in poll.ordered_options),
                "allow_multiple_votes": poll.allow_multiple_votes,
                "results": results,
            }
        super().__init__(*args, **options)
        if poll is not None:
            del self.fields["is_anonymous"]

    def values(self) -> dict[str, Any]:
        """The arguments of ``create_poll`` and ``update_poll``."""
        values = dict(self.cleaned_data)
        results = values.pop("results")
        return values | {"results_hidden": results == "when_shown", "results_after_vote": results == "after_vote"}

    def clean_options(self) -> list[str]:
        lines = (clean_line(line) for line in self.cleaned_data["options"].splitlines())
        options = [line for line in lines if line]
        if not 2 <= len(options) <= MOST_OPTIONS:
            message = _("Write 2 to %(most)d options, one per line.") % {"most": MOST_OPTIONS}
            raise forms.ValidationError(message)
        if any(len(option) > LONGEST_OPTION for option in options):
            raise forms.ValidationError(_("An option has at most %(most)d characters.") % {"most": LONGEST_OPTION})
        if len(set(options)) < len(options):
            raise forms.ValidationError(_("Two options are the same. Make them different."))
        return options


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_polls(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """The session's polls, and a form for another one. For who may manage polls."""
    person = page_person(request)
    found = _managing(request, person, session_id)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    form = PollForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_poll(actor=person, session=session, launch=False, **form.values())
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The poll is prepared. Launch it in the studio."))
            return redirect("session_polls", session.pk)
    return render(request, "polls/polls.html", {"form": form, **_context(session, allowed)})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def poll_edit(request: HttpRequest, session_id: UUID, poll_id: UUID) -> HttpResponse:
    """Edit a prepared poll."""
    person = page_person(request)
    found = _managing(request, person, session_id)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    poll = find(polls_seen(session, allowed), str(poll_id))
    form = PollForm(request.POST or None, poll=poll)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_poll(actor=person, poll=poll, **form.values())
        except Problem as problem:
            add_problem(form, problem)
        else:
            messages.success(request, _("The poll was saved."))
            return redirect("session_polls", session.pk)
    return render(request, "polls/poll_edit.html", {"form": form, "poll": poll, "session": session})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def poll_delete(request: HttpRequest, session_id: UUID, poll_id: UUID) -> HttpResponse:
    """Ask for confirmation, then delete a poll with its votes."""
    person = page_person(request)
    found = _managing(request, person, session_id)
    if isinstance(found, HttpResponse):
        return found
    session, allowed = found
    poll = find(polls_seen(session, allowed), str(poll_id))
    if request.method != "POST":
        return render(request, "polls/poll_delete.html", {"poll": poll, "session": session})
    try:
        services.delete_poll(actor=person, poll=poll)
    except Problem as problem:
        messages.error(request, str(problem.sentence))
    else:
        messages.success(request, _("The poll was deleted."))
    return redirect("session_polls", session.pk)


def _managing(request: HttpRequest, person: Person, session_id: UUID) -> tuple[Session, Capabilities] | HttpResponse:
    return session_for(request, person, session_id, lambda allowed: allowed.may_manage_polls)


def _context(session: Session, allowed: Capabilities) -> dict[str, Any]:
    polls: list[Poll] = list(polls_seen(session, allowed))
    return {
        "session": session,
        "room": session.room,
        "polls": polls,
        "is_host": allowed.may_reschedule,
        "is_over": session.status == Session.Status.ENDED,
    }
