"""Posts by the thousand, for benches: 630 words each, ten authors, thirty tags, three tags a post, ten years.

    DATA_DIR=var/bench .venv/bin/python bench/filling.py 1000

makes the database and grows it to so many posts, oldest and newest mixed with those that are there; then prints, as
JSON, what a bench may ask for. It refuses a database that holds anything else. Or, where Django is set up already:

    from bench.filling import fill
    fill(1000)

A few texts are rendered as a save would, and varied word by word: no two posts are alike. A post has no revisions
until it is saved.
"""

import json
import os
import random
import re
import sys
from collections.abc import Iterator
from copy import copy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

if TYPE_CHECKING:
    from accounts.models import User
    from posts.models import Post, Tag

AUTHORS, TAGS, TAGS_A_POST, PATTERNS = 10, 30, 3, 40
YEARS = 10
BATCH = 1_000  # rows in a statement
READER = "bench-reader"
SYLLABLES = re.findall(r"\w+", "ma re to li sa nu ve ko da fi ro be ty gan sel mor pel tun vas")
COMMON = re.findall(
    r"\w+",
    """the tide comes in and goes out again as it will over the sand and the mud with a rope and two boats while
    gulls stand on a gate that nobody has shut since the winter we walked here to look at what the water had left""",
)
SLOT = re.compile("slot([0-9]{2})")
SLOTS = 20


def rare(dice: random.Random) -> str:
    """One of some 130,000 words."""
    return "".join(dice.choices(SYLLABLES, k=4))


def paragraph(dice: random.Random, words: int, slots: list[int]) -> str:
    """Common words, one in ten a rare one, some of them slots that a post fills."""
    text = [rare(dice) if dice.randrange(10) == 0 else dice.choice(COMMON) for _ in range(words)]
    for slot in slots:
        text[dice.randrange(words)] = f"slot{slot:02}"
    text[3], text[9] = f"*{text[3]}*", f"[{text[9]}](https://example.org/{text[9]})"
    return " ".join(text).capitalize() + "."


def patterns() -> "list[Post]":
    """Posts without title, author and date, rendered."""
    from posts.models import Post

    made = []
    for number in range(PATTERNS):
        dice = random.Random(number)  # noqa: S311
        texts = [paragraph(dice, 78, [2 * at, 2 * at + 1]) for at in range(8)]
        texts[2] = f"## {rare(dice).capitalize()} and {rare(dice)}\n\n{texts[2]}"
        post = Post(content="\n\n".join(texts))
        post.render()
        made.append(post)
    return made


def varied(pattern: "Post", dice: random.Random) -> "Post":
    words = [rare(dice) for _ in range(SLOTS)]
    post = copy(pattern)
    post._state = copy(pattern._state)
    for field in post._meta.concrete_fields:
        if isinstance(value := getattr(post, field.attname), str):
            setattr(post, field.attname, SLOT.sub(lambda found: words[int(found[1])], value))
    return post


def posts(first: int, last: int, authors: "list[User]") -> "Iterator[Post]":
    """The posts of these numbers; of a batch the oldest first, as they would have been written."""
    dice, made = random.Random(first), patterns()  # noqa: S311
    now = datetime.now(UTC).replace(microsecond=0)
    ages = sorted((dice.randrange(60, YEARS * 365 * 24 * 3600) for _ in range(first, last)), reverse=True)
    for number, age in zip(range(first, last), ages, strict=True):
        post, at = varied(made[number % PATTERNS], dice), now - timedelta(seconds=age)
        post.title = " ".join([rare(dice).capitalize(), *dice.choices(COMMON, k=4), rare(dice)])
        post.slug, post.author = f"post-{number}", authors[number % AUTHORS]
        post.created_at = post.published_at = post.first_published_at = at
        yield post


def people() -> "list[User]":
    from accounts.models import User

    if User.objects.exclude(username__startswith="bench-").exists():
        sys.exit("The database holds more than a bench's posts. Give it an empty one.")
    names = [READER, *(f"bench-{number}" for number in range(AUTHORS))]
    found = {user.username: user for user in User.objects.filter(username__in=names)}
    for name in names:
        if name not in found:
            found[name] = User(username=name, display_name=f"{name.title()} Writer", bio="Writes here, now and then.")
            found[name].set_unusable_password()
            found[name].save()
    return [found[name] for name in names[1:]]


def tags() -> "list[Tag]":
    from posts.models import Tag

    names = [f"{SYLLABLES[n % 19]}{SYLLABLES[(3 * n + 1) % 19]}{SYLLABLES[n // 19]}" for n in range(TAGS)]
    return sorted(Tag.objects.named(names), key=lambda tag: tag.slug)


def fill(number: int) -> None:
    """Grow to `number` posts of a bench. Django is set up, and the database migrated."""
    from django.db import transaction

    from posts import search
    from posts.models import Address, Post, PostTag

    authors, about = people(), tags()
    there = Post.objects.count()
    dice, batch = random.Random(there), []  # noqa: S311

    def write() -> None:
        with transaction.atomic():
            made = Post.objects.bulk_create(batch, batch_size=100)
            Address.objects.bulk_create([Address(slug=post.slug, post=post) for post in made], batch_size=400)
            chosen = [dice.sample(about, TAGS_A_POST) for _ in made]
            rows = [PostTag(post=post, tag=tag) for post, few in zip(made, chosen, strict=True) for tag in few]
            PostTag.objects.bulk_create(rows, batch_size=300)
            for post, few in zip(made, chosen, strict=True):
                search.index(post.pk, post.title, [tag.name for tag in few], post.content_html)
        batch.clear()

    for post in posts(there, number, authors):
        batch.append(post)
        if len(batch) == BATCH:
            write()
    if batch:
        write()


def session(username: str) -> str:
    """The key of a session in which `username` is signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import User

    user, store = User.objects.get(username=username), SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.create()
    return store.session_key


def facts() -> dict[str, Any]:
    """What to ask a server with this database for: addresses by name, keys of sessions."""
    from django.urls import NoReverseMatch, reverse

    from posts.models import Post

    newest = Post.objects.published().newest_first()
    number = Post.objects.count()
    post = newest[min(number // 2, 500)]
    at, words = post.published_at, post.title.split()
    addresses = {
        "list": ("post_list", [], ""),
        "list, deep": ("post_list", [], f"?page={max(number // 20, 1)}"),
        "post": ("post_detail", [post.slug], ""),
        "tag": ("tag_detail", [post.tags.first().slug], ""),
        "author": ("author_detail", [post.author.username], ""),
        "archive": ("archive_month", [at.year, at.month], ""),
        "search": ("post_search", [], f"?q={words[-1]}"),
        "search, common": ("post_search", [], "?q=tide+gate"),
        "feed": ("feed_atom", [], ""),
        "partial": ("post_list", [], "?page=2"),
    }
    found = {}
    for name, (view, arguments, query) in addresses.items():
        try:
            found[name] = reverse(view, args=arguments) + query
        except NoReverseMatch:
            continue
    mine = newest.filter(author=post.author)[:20]
    return {
        "posts": number,
        "addresses": found,
        "reader": session(READER),
        "author": session(post.author.username),
        "edits": [reverse("post_edit", args=[one.slug]) for one in mine],
    }


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "core.settings"
    import django

    django.setup()


def main(number: str) -> None:
    set_up()
    from django.core.management import call_command
    from django.db import connection

    from posts.models import Post

    call_command("migrate", verbosity=0)
    people()
    if Post.everything.count() > int(number):
        call_command("flush", verbosity=0, interactive=False)
    fill(int(number))
    if connection.vendor == "postgresql":  # which would do so by itself, a minute later
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    json.dump(facts(), sys.stdout, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
