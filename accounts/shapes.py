"""What accounts publish, in replies and events: people, and the tokens to act as them."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from accounts import models
from accounts.person import Person
from accounts.privacy import sees_identity
from accounts.sign_ins import Kind
from accounts.sign_ins import SignIn as OneSignIn
from core.published import Moment, Published

EmailAddress = Annotated[str, Field(json_schema_extra={"format": "email"})]


class User(Published, name="UserResponse"):
    """A person.

    E-mail, external_user_id and organization_id are null unless the caller is that person, shares the home
    organization, or hosts a session that the person is in.
    """

    id: UUID
    external_user_id: str | None
    organization_id: UUID | None
    email: EmailAddress | None
    username: str
    role: models.User.Role
    is_active: bool
    created_at: Moment

    @classmethod
    def of(cls, user: models.User, caller: Person, *, as_host: bool = False) -> Self:
        """The person as ``caller`` sees them; ``as_host`` of a session that they are in."""
        is_seen = sees_identity(caller, user, as_host=as_host)
        return cls(
            id=user.pk,
            external_user_id=user.external_user_id if is_seen else None,
            organization_id=user.organization_id if is_seen else None,
            email=user.email if is_seen else None,
            username=user.username,
            role=models.User.Role(user.role),
            is_active=user.is_active,
            created_at=user.created_at,
        )


class SignedIn(Published, name="AuthResponse"):
    """A person with the tokens to act as them."""

    user: User
    access_token: str = Field(description="For the header `Authorization: Bearer …`, 15 minutes.")
    refresh_token: str = Field(description="For /auth/refresh, once.")


class SignedInOnDevice(SignedIn, name="ViewerRegisterResponse"):
    """As AuthResponse, with the token by which this browser opens the same guest account again."""

    device_token: str = Field(description="Replaced at every device-login; the old one holds for 24 hours.")


class SignIn(Published, name="SignInResponse"):
    """Where a person is signed in."""

    id: UUID
    kind: Kind
    device: str = Field(description="Such as “Firefox on Windows”.")
    network: str | None = Field(
        description="Where it was last used from: an IPv4 address or an IPv6 /64; null: unknown."
    )
    created_at: Moment
    last_used_at: Moment
    is_current: bool = Field(description="Whether it is the one that asks.")
    session_id: UUID | None = Field(description="The only session that it opens; null: all that the person may.")

    @classmethod
    def of(cls, sign_in: OneSignIn) -> Self:
        return cls(
            id=sign_in.id,
            kind=sign_in.kind,
            device=sign_in.device,
            network=sign_in.network or None,
            created_at=sign_in.created_at,
            last_used_at=sign_in.last_used_at,
            is_current=sign_in.is_current,
            session_id=sign_in.session_id,
        )


class SignIns(Published, name="SignInListResponse"):
    """All sign-ins of a person, the present one first."""

    sign_ins: list[SignIn]
    total: int

    @classmethod
    def of(cls, found: list[OneSignIn]) -> Self:
        return cls(sign_ins=[SignIn.of(each) for each in found], total=len(found))


class AuthCode(Published, name="GenerateAuthCodeResponse"):
    """A single-use code."""

    code: str
    expires_in: int = Field(description="Seconds.")
