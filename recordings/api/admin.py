"""Operations of staff on recordings: space, clean-up, retry."""

from typing import Any, ClassVar

from django.urls import URLPattern, URLResolver, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from accounts.models import User
from audit.services import record
from core.api.fields import Flag, Whole
from core.api.views import operation
from core.errors import NotAllowed, NotFound
from core.ids import parse_uuid
from recordings import processing, shapes
from recordings.errors import RecordingNotFailed
from recordings.keeping.cleanup import clean_up
from recordings.keeping.shapes import CleanedUp, Storage
from recordings.keeping.usage import storage_usage
from recordings.models import Recording
from recordings.storage import StorageMissing


class CleanUpRequest(serializers.Serializer[Any]):
    """What to remove. Unless `dry_run` is false nothing is removed, and the reply says what would be."""

    dry_run = Flag(default=True)
    older_than_days = Whole(required=False, allow_null=True, min_value=1, max_value=36_500)
    orphans = Flag(default=False)


class StaffOperations(ApiViewSet):
    """For staff with the permissions of its admin pages; not for API keys."""

    keys_allowed = False
    #: The permission that each operation needs.
    permissions: ClassVar[dict[str, str]] = {
        "usage": "recordings.view_recording",
        "cleanup": "recordings.change_recording",
        "retry": "recordings.change_recording",
    }

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        permission = self.permissions.get(self.action or "")
        if permission is not None and not (self.staff.is_staff and self.staff.has_perm(permission)):
            raise NotAllowed

    @property
    def staff(self) -> User:
        user = self.person.user
        assert user is not None
        return user


class AdminStorageViewSet(StaffOperations):
    """Space and clean-up."""

    @operation("Admin", reply=Storage)
    def usage(self, request: Request) -> Response:
        """Get how much space recordings take, and how much is left."""
        return self.reply(Storage.of(storage_usage()))

    @operation("Admin", request=CleanUpRequest, reply=CleanedUp, errors=[StorageMissing])
    def cleanup(self, request: Request) -> Response:
        """Remove old recordings and orphaned files; by default only report what would be removed."""
        try:
            cleaned = clean_up(by=self.staff, **self.parse(CleanUpRequest))
        except OSError:
            raise StorageMissing from None
        return self.reply(CleanedUp.of(cleaned))


class AdminRecordingViewSet(StaffOperations):
    """Single recordings."""

    @operation("Admin", reply=shapes.Recording, errors=[NotFound, RecordingNotFailed])
    def retry(self, request: Request, recording_id: str) -> Response:
        """Process a failed recording again."""
        known = parse_uuid(recording_id)
        recording = Recording.objects.alive().filter(pk=known).first() if known else None
        if recording is None:
            raise NotFound
        again = processing.retry(recording)
        record("recording.retried", actor=self.staff.pk, session=again.session_id, recording=str(again.pk))
        return self.reply(shapes.Recording.of(again))


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/storage", AdminStorageViewSet.as_view({"get": "usage"})),
    path("admin/storage/cleanup", AdminStorageViewSet.as_view({"post": "cleanup"})),
    path("admin/recordings/<str:recording_id>/retry", AdminRecordingViewSet.as_view({"post": "retry"})),
]
