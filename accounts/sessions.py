"""Where it is kept who is signed in: in the database, as Django does it."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import DateTimeField
from django.utils import timezone

from core.prepared import Given, Prepared

_LIVING = Prepared(
    lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now", DateTimeField()))
)


class SessionStore(db.SessionStore):
    """Finds a session, which every request of an author needs, by a query that is compiled once.

    What it reads and writes is Django's own, whose signature has the name of this class in it.
    """

    def _get_session_from_db(self) -> Session | None:
        key = self.session_key
        session = None if "\0" in key else _LIVING.first(key=key, now=timezone.now())  # PostgreSQL knows no NUL
        if session is None:
            self._session_key = None
        return session
