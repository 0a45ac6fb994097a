"""People in a session: roles, invitations, places on stage, bans, attendance and presence."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, ShortParagraphsField
from core.ids import uuid7
from sessions.models.session import Session


class Invitation(models.Model):
    """A personal link that makes whoever opens it co-host, moderator or speaker, with or without an account.

    The link is shown once, when it is made; it is stored encrypted only until its mail is sent. ``accepted_at`` is null
    until the present link is accepted; until then ``user`` is whoever accepted the former link.
    """

    #: The link, set only on the object that just made it.
    new_link: str | None = None

    class Role(models.TextChoices):
        CO_HOST = "co_host", _("co-host")
        MODERATOR = "moderator", _("moderator")
        SPEAKER = "speaker", _("speaker")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="invitations")
    name = LineField(max_length=150)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=9, choices=Role)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token_sealed = models.TextField(blank=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="invitations"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(
        max_length=40, blank=True, editable=False, help_text=_("What the last mail said of the date; see people.news.")
    )
    news_due_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Since when the date differs from what was mailed.")
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


class SessionRole(models.Model):
    """A person's role as co-host, moderator or speaker: the contract's SessionParticipant. One at a time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="roles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_roles")
    role = models.CharField(max_length=9, choices=Invitation.Role)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invitation = models.ForeignKey(Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="roles")
    assigned_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["assigned_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"], condition=Q(removed_at=None), name="one_role_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role}"

    @property
    def is_active(self) -> bool:
        return self.removed_at is None


class StageMember(models.Model):
    """A person's place on stage, from approval until they leave: the contract's StageParticipant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="stage_members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stage_places")
    can_publish_audio = models.BooleanField(default=True)
    can_publish_video = models.BooleanField(default=True)
    joined_stage_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the media engine was first seen to grant the place.")
    )
    seen_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When their connection to the stage was last there; empty before the first.")
    )
    left_stage_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["joined_stage_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"], condition=Q(left_stage_at=None), name="one_place_on_stage_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} on stage"


class Ban(models.Model):
    """Keeps a person, and anyone who shares a device with them, out of a session."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bans")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bans")
    banned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = ShortParagraphsField(max_length=500, blank=True)
    banned_at = models.DateTimeField(default=timezone.now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-banned_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], condition=Q(lifted_at=None), name="one_ban_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user} banned"


class Admission(models.Model):
    """That a person waited in the lobby when the crew locked the session: they may stay, and come back."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="admissions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="admissions")
    admitted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="one_admission_per_person")]

    def __str__(self) -> str:
        return f"{self.user} admitted"


class Attendance(models.Model):
    """A person's attendance of a session: one row per person and session, whatever the number of tabs.

    ``join_count`` is 0 while they were only in the rehearsal. ``present_since`` is set while they are there; the stay
    since then is not yet in ``watch_duration`` (seconds). ``last_seen_at``: the last sign of life that is no longer in
    Presence. Only ``sessions.people.attendance`` changes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attendances")
    joined_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    present_since = models.DateTimeField(null=True, blank=True)
    watch_duration = models.PositiveIntegerField(default=0, help_text=_("Seconds."))
    join_count = models.PositiveIntegerField(default=0)
    is_attendee = models.BooleanField(
        default=True, help_text=_("They came as audience; not only with a role that opens the backstage to them.")
    )

    name_key = models.CharField(
        max_length=150, blank=True, editable=False, help_text=_("What the name is compared by: sessions.people.names.")
    )
    name_number = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Of several people of one name, which.")
    )

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [models.UniqueConstraint(fields=["session", "user"], name="one_attendance_per_person")]
        indexes = [
            models.Index(fields=["session", "name_key", "name_number"], name="attendance_names"),
            models.Index(
                fields=["session", "joined_at", "id"],
                name="attendees_by_arrival",
                condition=Q(is_attendee=True, join_count__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.session}"


class Stay(models.Model):
    """A finished stay of a person in a live session; the present one is ``Attendance.present_since``."""

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="stays")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["began_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=models.F("began_at")), name="a_stay_ends_after_it_began")
        ]

    def __str__(self) -> str:
        return f"{self.attendance}: {self.began_at:%H:%M}–{self.ended_at:%H:%M}"


class Presence(models.Model):
    """A sign of life: ``user`` was seen in the session through ``source`` at ``seen_at``.

    A person is present while any of their rows is younger than PRESENCE_TIMEOUT. Sources: each process that holds
    sockets, LiveKit, HTTP heartbeats, and having just joined. ``role`` as it was then: only the audience counts as
    viewers, and only the crew's presence keeps a session going.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presences")
    source = models.CharField(max_length=64)
    role = models.CharField(max_length=9, default="audience", help_text=_("A sessions.rights.capabilities.Role."))
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "user", "source"], name="one_presence_per_source")]
        # With the person in it: SQLite took one without for "is this person there", and read everybody's rows.
        indexes = [models.Index(fields=["session", "user", "seen_at"], name="presence_of_person")]

    def __str__(self) -> str:
        return f"{self.user} by {self.source}"
