"""Settings of organizations."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms import AccountForm
from accounts.views import account_page, member_page, page_person
from core.errors import NotFound
from organizations.forms import RetentionForm
from organizations.queries import managed_libraries


@member_page
@require_POST
def retention(request: HttpRequest, library_id: UUID) -> HttpResponse:
    """Set how long a library keeps attendance; for owners and admins of its organization."""
    library = managed_libraries(page_person(request)).filter(pk=library_id).first()
    if library is None:
        raise NotFound
    form = RetentionForm(request.POST, instance=library)
    if not form.is_valid():
        return account_page(request, AccountForm(instance=request.user), faulty_library=form)
    form.save()
    messages.success(request, _("Saved. It applies to all webinars in “%(name)s”.") % {"name": library.name})
    return redirect("account")
