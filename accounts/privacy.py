"""Who sees what identifies a person beyond their name: e-mail address, external id, organization."""

from accounts.models import User
from accounts.person import Person


def sees_identity(caller: Person, user: User, *, as_host: bool = False) -> bool:
    """Whether ``caller`` sees this person's e-mail address, external_user_id and organization_id.

    Allowed for the person themself, for people of their organization (for a key: of the key's), and with ``as_host``
    for the host of a session that they are in (``Capabilities.may_see_people_details``; not for co-hosts and
    moderators). Every list, export and event asks here.
    """
    if caller.user is None:
        return False
    home = caller.api_key.organization_id if caller.api_key else caller.user.organization_id
    return as_host or caller.user.pk == user.pk or (home is not None and home == user.organization_id)


def address_for(caller: Person, user: User, *, as_host: bool = False) -> str | None:
    """The e-mail address as ``caller`` sees it; None where it is withheld or there is none."""
    return (user.email or None) if sees_identity(caller, user, as_host=as_host) else None
