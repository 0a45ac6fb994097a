from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        """The keys that act as a person end with the account."""
        from accounts.services import closed
        from organizations.services import revoke_keys_of

        closed.connect(revoke_keys_of)
