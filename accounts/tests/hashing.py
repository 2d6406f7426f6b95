"""A password hasher that counts: what the throttle is there to spare."""

from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import override_settings

counting_hashes = override_settings(PASSWORD_HASHERS=["accounts.tests.hashing.CountingHasher"])


class CountingHasher(MD5PasswordHasher):
    """`count` is how many hashes were made since it was set to 0; each is 0.4 s where the true hasher works."""

    count = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.count += 1
        return super().encode(password, salt)
