"""Errors of surveys: the session's present state does not allow an answer."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict


class SurveyClosed(Conflict):
    """The session is not over yet, or has been for too long."""

    code = "survey_closed"
    sentence = _("The survey is open for two weeks from the end of the webinar.")
