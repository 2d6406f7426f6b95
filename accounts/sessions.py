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
    """Finds a session, which every request of an author needs, by a query that is compiled once."""

    def _get_session_from_db(self) -> Session | None:
        if not (session := _LIVING.first(key=self.session_key, now=timezone.now())):
            self._session_key = None
        return session
