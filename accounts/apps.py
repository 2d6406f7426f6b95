"""Who writes: sign-up, sign-in, profile."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
