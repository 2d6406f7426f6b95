"""Addresses of pages, remembered: a list of ten posts names sixty, and finding them anew takes as long as the rows."""

from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=20_000)
def address(name: str, word: str) -> str:
    """Where the page `name` of the thing called `word` is; both are for ever, so nothing here grows old."""
    return reverse(name, args=[word])
