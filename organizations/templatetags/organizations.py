"""What pages of other apps show of organizations."""

from typing import Any

from django import template
from django.template.context import Context

from accounts.views import page_person
from organizations.forms import RetentionForm
from organizations.queries import managed_libraries

register = template.Library()


@register.inclusion_tag("organizations/library_rules.html", takes_context=True)
def library_rules(context: Context) -> dict[str, Any]:
    """A form for each library whose rules the reader can set; ``faulty_library`` is the one with a refused form."""
    faulty: RetentionForm | None = context.get("faulty_library")
    forms = [
        faulty if faulty is not None and library.pk == faulty.instance.pk else RetentionForm(instance=library)
        for library in managed_libraries(page_person(context["request"]))
    ]
    return {"forms": forms}
