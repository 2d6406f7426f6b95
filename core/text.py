"""What people type, made fit to be shown."""

import unicodedata

JOINERS = "\u200c\u200d"  # parts of words in Persian and Hindi, and of emoji


def one_line(text: str) -> str:
    """`text` on one line, without what cannot be seen: control characters, marks that turn the direction."""
    seen = (
        character if character in JOINERS or not unicodedata.category(character).startswith("C") else " "
        for character in text
    )
    return " ".join("".join(seen).split()).strip(JOINERS)
