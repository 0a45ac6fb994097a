"""Operations on one's own sign-ins."""

from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import shapes, sign_ins
from accounts.api.viewsets import ApiViewSet
from core.api.views import SuccessResponse, operation
from core.errors import NotFound


class SignInViewSet(ApiViewSet):
    """Where the caller is signed in."""

    keys_allowed = False

    @operation("Accounts", reply=shapes.SignIns)
    def sign_ins(self, request: Request) -> Response:
        """List where you are signed in: browsers, and programs with tokens; this one first."""
        return self.reply(shapes.SignIns.of(sign_ins.sign_ins_of(self.person)), secret=True)

    @operation("Accounts", reply=SuccessResponse)
    def end_other_sign_ins(self, request: Request) -> Response:
        """Sign out everywhere else: every sign-in but the one that asks, and what came from them."""
        sign_ins.end_others(actor=self.person)
        return self.reply({"message": _("You are signed out everywhere else.")}, SuccessResponse)

    @operation("Accounts", reply=SuccessResponse, errors=[NotFound])
    def end_sign_in(self, request: Request, sign_in_id: str) -> Response:
        """End one of your sign-ins, and what came from it."""
        sign_ins.end(actor=self.person, sign_in_id=sign_in_id)
        return self.reply({"message": _("The sign-in has ended.")}, SuccessResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/sign_ins", SignInViewSet.as_view({"get": "sign_ins", "delete": "end_other_sign_ins"})),
    path("auth/sign_ins/<str:sign_in_id>", SignInViewSet.as_view({"delete": "end_sign_in"})),
]
