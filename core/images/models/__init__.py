"""An image is a row with a life; these are the rules of it.

    HELD      a clean picture that somebody chose; its bytes are in the database (HeldPicture), nowhere else
    RESERVED  its bytes are on the way to a store, under a key of ours; the database has them still
    STORED    the store has it
    DELETING  nothing refers to it any more; the store is told until it confirms, then the row goes

The row is committed before a byte is sent, and nothing is destroyed in a request: `images_sweep` removes what
nothing refers to, after a time of grace. So a crash at any point leaves a row that says what may be at the store.

A row is what others point to; the picture that it shows can be exchanged for that of another row. So a picture is
replaced everywhere, or moved to another store, in one transaction, and the old one waits out its grace as any other.
"""

from core.images.models.exchange import PICTURE, new_key
from core.images.models.held import HeldPicture
from core.images.models.image import MOST_HELD, Image, ImageQuerySet
from core.images.models.state import EXPIRED_AFTER, GRACE, HELD_FOR
from core.images.models.sweep import MOST_SWEEPS, Sweep

__all__ = [
    "EXPIRED_AFTER",
    "GRACE",
    "HELD_FOR",
    "MOST_HELD",
    "MOST_SWEEPS",
    "PICTURE",
    "HeldPicture",
    "Image",
    "ImageQuerySet",
    "Sweep",
    "new_key",
]
