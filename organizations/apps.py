from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    name = "organizations"

    def ready(self) -> None:
        """Revoke the keys that act for an account when the account is closed."""
        from accounts.services import closed
        from organizations.services import revoke_keys_of

        closed.connect(revoke_keys_of)
