"""For the badges beside names: static/js/shared/elements.js and static/js/people/person.js."""

from django.utils.translation import gettext as _


def role_texts() -> dict[str, str]:
    """The badge of each role but the audience's, which has none."""
    return {
        "host": _("Host"),
        "co_host": _("Co-host"),
        "moderator": _("Moderator"),
        "speaker": _("Speaker"),
    }
