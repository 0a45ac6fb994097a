from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """Name each browser sign-in, so that what is derived from it can be ended; send reset mails in tasks."""
        from django.contrib.auth.signals import user_logged_in

        from accounts import tasks
        from accounts.browser_sessions import name_sign_in
        from accounts.email_change import address_changed, address_link_wanted
        from accounts.password_reset import reset_link_wanted

        user_logged_in.connect(name_sign_in)
        reset_link_wanted.connect(tasks.send_password_reset)
        address_link_wanted.connect(tasks.send_address_link)
        address_changed.connect(tasks.send_address_changed)
