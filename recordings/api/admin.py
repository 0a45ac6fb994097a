"""What staff does with recordings: room, clean-up, trying again."""

from typing import Any, ClassVar

from django.urls import URLPattern, URLResolver, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from accounts.models import User
from audit.services import record
from core.api.fields import Flag, Moment, Whole
from core.api.views import operation
from core.errors import NotAllowed, NotFound
from core.ids import parse_uuid
from recordings import processing
from recordings.api.serializers import RecordingResponse
from recordings.errors import RecordingNotFailed
from recordings.keeping.cleanup import Cleaned, clean_up
from recordings.keeping.orphans import Orphans
from recordings.keeping.usage import Usage, storage_usage
from recordings.models import Recording
from recordings.storage import StorageMissing

LISTED = 100
"""Of each kind of orphans, the first; their numbers count all."""


class DiskResponse(serializers.Serializer[Any]):
    """The disk that captures are written to; bytes."""

    total = serializers.IntegerField(source="disk_total")
    free = serializers.IntegerField(source="disk_free")
    reserve = serializers.IntegerField(source="disk_reserve", help_text="With less than this nothing new is recorded.")
    is_low = serializers.BooleanField(source="is_disk_low")
    hours_left = serializers.FloatField(help_text="Of sessions that can still be recorded.")
    captures = serializers.IntegerField(source="captures_bytes", help_text="Parts and HLS segments.")
    processing = serializers.IntegerField(source="processing_bytes")


class StorageTotalResponse(serializers.Serializer[Any]):
    """Recordings in one storage and status."""

    storage_type = serializers.CharField()
    status = serializers.CharField()
    count = serializers.IntegerField()
    bytes = serializers.IntegerField()
    seconds = serializers.IntegerField(help_text="What they last.")


class LibraryUsageResponse(serializers.Serializer[Any]):
    """What the recordings of one library take."""

    library_id = serializers.UUIDField()
    name = serializers.CharField()
    organization = serializers.CharField()
    count = serializers.IntegerField()
    bytes = serializers.IntegerField()
    seconds = serializers.IntegerField()
    oldest_at = Moment(allow_null=True)


class BinResponse(serializers.Serializer[Any]):
    """What was deleted and can still be brought back."""

    count = serializers.IntegerField(source="bin_count")
    bytes = serializers.IntegerField(source="bin_bytes")


class OrphanResponse(serializers.Serializer[Any]):
    """A file, or a folder, that belongs to no row."""

    place = serializers.CharField(help_text="`local`, `s3`, `captures` or `processing`.")
    key = serializers.CharField()
    bytes = serializers.IntegerField()


class OrphansResponse(serializers.Serializer[Any]):
    """Files without rows, and recordings whose file is missing; of both the first hundred."""

    file_count = serializers.SerializerMethodField()
    bytes = serializers.IntegerField()
    files = serializers.SerializerMethodField()
    row_count = serializers.SerializerMethodField()
    rows = serializers.SerializerMethodField(help_text="Ids of recordings.")

    def get_file_count(self, orphans: Orphans) -> int:
        return len(orphans.files)

    def get_row_count(self, orphans: Orphans) -> int:
        return len(orphans.rows)

    def get_files(self, orphans: Orphans) -> OrphanResponse(many=True):  # type: ignore[valid-type]  # for the schema
        return OrphanResponse(orphans.files[:LISTED], many=True).data

    def get_rows(self, orphans: Orphans) -> list[str]:
        return [str(recording.pk) for recording in orphans.rows[:LISTED]]


class AdminStorageResponse(serializers.Serializer[Usage]):
    """How much room recordings take, and how much is left."""

    disk = DiskResponse(source="*")
    totals = StorageTotalResponse(many=True)
    libraries = LibraryUsageResponse(many=True)
    bin = BinResponse(source="*")
    kept_count = serializers.IntegerField(help_text="Marked as kept: retention passes them by.")
    expiring_count = serializers.IntegerField(help_text="Retention takes them within a week.")
    oldest = RecordingResponse(allow_null=True)
    orphans = OrphansResponse(allow_null=True, help_text="null when a storage does not answer.")


class CleanUpRequest(serializers.Serializer[Any]):
    """What is to go. Without `dry_run: false` nothing does: the reply says what would."""

    dry_run = Flag(default=True)
    older_than_days = Whole(required=False, allow_null=True, min_value=1, max_value=36_500)
    orphans = Flag(default=False)


class CleanUpResponse(serializers.Serializer[Cleaned]):
    """What was removed, or would be: recordings into the bin, files for good."""

    dry_run = serializers.BooleanField()
    recordings = RecordingResponse(many=True)
    files = OrphanResponse(many=True)
    bytes = serializers.IntegerField()


class StaffOperations(ApiViewSet):
    """Of staff with the permissions that its admin pages ask for; no key acts for them."""

    keys_allowed = False
    #: What each operation asks for.
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
    """Room and clean-up."""

    @operation("Admin", reply=AdminStorageResponse)
    def usage(self, request: Request) -> Response:
        """Get how much room recordings take, and how much is left."""
        return self.reply(storage_usage(), AdminStorageResponse)

    @operation("Admin", request=CleanUpRequest, reply=CleanUpResponse, errors=[StorageMissing])
    def cleanup(self, request: Request) -> Response:
        """Remove old recordings and what belongs to nothing; by default only say what that would be."""
        try:
            cleaned = clean_up(by=self.staff, **self.parse(CleanUpRequest))
        except OSError:
            raise StorageMissing from None
        return self.reply(cleaned, CleanUpResponse)


class AdminRecordingViewSet(StaffOperations):
    """Single recordings."""

    @operation("Admin", reply=RecordingResponse, errors=[NotFound, RecordingNotFailed])
    def retry(self, request: Request, recording_id: str) -> Response:
        """Process a recording again whose processing failed."""
        known = parse_uuid(recording_id)
        recording = Recording.objects.alive().filter(pk=known).first() if known else None
        if recording is None:
            raise NotFound
        again = processing.retry(recording)
        record("recording.retried", actor=self.staff.pk, session=again.session_id, recording=str(again.pk))
        return self.reply(again, RecordingResponse)


urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/storage", AdminStorageViewSet.as_view({"get": "usage"})),
    path("admin/storage/cleanup", AdminStorageViewSet.as_view({"post": "cleanup"})),
    path("admin/recordings/<str:recording_id>/retry", AdminRecordingViewSet.as_view({"post": "retry"})),
]
