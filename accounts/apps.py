from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Every sign-in of a browser gets a name, by which what came from it is ended."""
        from django.contrib.auth.signals import user_logged_in

        from accounts.browser_sessions import name_sign_in

        user_logged_in.connect(name_sign_in)
