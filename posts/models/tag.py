"""What a post is about, in a word or two."""

from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify

from core.addresses import address
from core.triggers import Trigger


class TagQuerySet(models.QuerySet):
    def named(self, names: Iterable[str]) -> "list[Tag]":
        """The tags of these names, made where they are missing. Two names with one slug are one tag."""
        names = list(names)
        if not names:
            return []
        known = list(self.filter(name__in=names))
        if {tag.name for tag in known} == set(names):
            return known
        slugs = {tag.name: tag.slug for tag in known}
        wanted = {slugs.get(name) or slugify(name, allow_unicode=True): name for name in names}
        wanted.pop("", None)
        # In order, so that two who make the same tags never wait for each other.
        self.bulk_create([Tag(slug=slug, name=name) for slug, name in sorted(wanted.items())], ignore_conflicts=True)
        return list(self.filter(slug__in=wanted))


class Tag(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField(max_length=60, unique=True, allow_unicode=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("tag_detail", self.slug)


class PostTag(models.Model):
    """That a post is about something; with the post's date, so that a tag's page reads its newest posts in order.

    The database keeps `published_at`, see triggers(): empty for a draft and in the trash.
    """

    post = models.ForeignKey("posts.Post", models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings")
    published_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "posts_post_tags"
        unique_together = [("post", "tag")]
        indexes = [
            models.Index(
                *("tag", F("published_at").desc(), F("post").desc()),
                condition=Q(published_at__isnull=False),
                name="post_of_tag",
            )
        ]

    def __str__(self) -> str:
        return f"{self.post_id} about {self.tag_id}"


def triggers() -> list[Trigger]:
    """What keeps PostTag.published_at what its post says."""
    dated = "CASE WHEN p.deleted_at IS NULL THEN p.published_at END"
    post = f"UPDATE posts_post_tags SET published_at = (SELECT {dated} FROM posts_post p WHERE p.id = NEW.id) WHERE post_id = NEW.id"
    tag = f"UPDATE posts_post_tags SET published_at = (SELECT {dated} FROM posts_post p WHERE p.id = NEW.post_id) WHERE id = NEW.id"
    found = []
    for name, table, event, body in (
        ("tag_date_of_post", "posts_post", "UPDATE OF published_at, deleted_at", post),
        ("tag_date_of_tagging", "posts_post_tags", "INSERT", tag),
    ):
        changed = (
            "WHEN (OLD.published_at IS {0} NEW.published_at OR OLD.deleted_at IS {0} NEW.deleted_at)"
            if event.startswith("UPDATE")
            else ""
        )
        when = {"sqlite": changed.format("NOT"), "postgresql": changed.format("DISTINCT FROM")}
        found.append(
            Trigger(
                create={
                    "sqlite": (
                        f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON {table} FOR EACH ROW {when['sqlite']} "
                        f"BEGIN {body}; END",
                    ),
                    "postgresql": (
                        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                        f"$$ BEGIN {body}; RETURN NULL; END $$",
                        f"CREATE OR REPLACE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when['postgresql']} "
                        f"EXECUTE FUNCTION {name}()",
                    ),
                },
                drop={
                    "sqlite": (f"DROP TRIGGER IF EXISTS {name}",),
                    "postgresql": (f"DROP FUNCTION IF EXISTS {name} CASCADE",),
                },
            )
        )
    return found
