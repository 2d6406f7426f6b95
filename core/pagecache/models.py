"""How often what is public has changed: the sum of a few rows, written by the database itself. See watch.py."""

from django.db import models


class Generation(models.Model):
    """One of the rows. SQLite has one; PostgreSQL several, so that two who save never wait for each other."""

    shard = models.SmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    transaction = models.BigIntegerField(default=0, help_text="Which wrote it last; PostgreSQL counts each once.")

    def __str__(self) -> str:
        return f"{self.shard}: {self.number}"
