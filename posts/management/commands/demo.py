"""manage.py demo: three authors and thirty posts, to look at a site that is not empty."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self

from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from core.images.models import Image
from core.images.validate import Picture, clean_picture
from posts import demo
from posts.demo.painting import paint
from posts.models import Post

PASSWORD = "galley-demo-1"  # noqa: S105 - known to everybody, and meant to be
TEXTS = Path(demo.__file__).parent
LONGER_SIDE, AVATAR_SIDE = 1600, 400  # pixels of the pictures
FOCUS = {1: (70, 40), 5: (50, 40), 7: (40, 20), 24: (50, 50)}  # percent, of the picture of the text with that number
PICTURE_OF = re.compile(r"\(picture:(\d+)(?=[ )])")  # in a text: the picture of another of the author's
PARAGRAPHS = re.compile(r"\n{2,}")


@dataclass(frozen=True, slots=True)
class Text:
    """One Markdown file: lines `name: value` between two `---`, and the post after them."""

    facts: dict[str, str]
    content: str

    @classmethod
    def read(cls, path: Path) -> Self:
        _, front, content = path.read_text(encoding="utf-8").split("---\n", 2)
        return cls(facts(front), content.strip() + "\n")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, from the ratio."""
        ratio = [int(side) for side in self.facts["ratio"].split(":")]
        width, height = (round(LONGER_SIDE * side / max(ratio)) for side in ratio)
        return width, height


def facts(lines: str) -> dict[str, str]:
    """{"title": "Two clocks", "alt": ""} of the lines "title: Two clocks" and "alt:"."""
    pairs = (line.partition(":") for line in lines.splitlines() if line)
    return {name: value.strip() for name, _, value in pairs}


def read_texts() -> list[Text]:
    return [Text.read(path) for path in sorted(TEXTS.glob("[0-9]*.md"))]


def read_authors() -> list[User]:
    """The authors, unsaved, from `## name`, lines `name: value` and a paragraph each."""
    password, authors = make_password(PASSWORD), []
    for section in (TEXTS / "authors.md").read_text(encoding="utf-8").split("## ")[1:]:
        username, lines, bio = PARAGRAPHS.split(section.strip(), 2)
        email = f"{username}@example.org"
        authors.append(User(username=username, email=email, password=password, bio=bio, **facts(lines)))
    return authors


def already_here(authors: list[User]) -> bool:
    """Whether all of them are. Raises CommandError if somebody else has one of their names."""
    names = [author.username for author in authors]
    taken = User.objects.annotate(lower=Lower("username")).filter(lower__in=names).order_by("pk")
    there = [user.username for user in taken]
    if there and set(there) != set(names):
        raise CommandError(f"Nothing was added: there is somebody named {', '.join(there)} already.")
    return bool(there)


def paint_all(texts: list[Text]) -> list[Picture | None]:
    """A picture for each text that asks for one: the first of a motif is its first composition, and so on."""
    earlier = {text.facts["picture"]: count() for text in texts}

    def picture(text: Text, number: int) -> Picture | None:
        motif = text.facts["picture"]
        return clean_picture(paint(motif, text.size, number)) if motif else None

    with ThreadPoolExecutor(2) as painters:  # Pillow lets go of the interpreter for much of its work
        return list(painters.map(picture, texts, [next(earlier[text.facts["picture"]]) for text in texts]))


def moment(now: datetime, days_ago: int, number: int) -> datetime:
    """A time of that day between 6:00 and 21:00, another for every `number`."""
    day = now - timedelta(days=days_ago)
    return day.replace(hour=6 + number * 5 % 15, minute=number * 17 % 60, second=0, microsecond=0)


def write(text: Text, number: int, author: User, image: Image | None) -> None:
    """Save the post as its author would have, with the times of when that was."""
    given, now, alt = text.facts, timezone.now(), text.facts["alt"]
    published_at = moment(now, int(given["age_days"]), number) if given["age_days"] else None
    finished_at = published_at if given["state"] == "live" else moment(now, number % 5 + 1, number)
    post = Post(
        title=given["title"],
        content=text.content,
        excerpt=given["excerpt"],
        author=author,
        featured_image=image,
        image_alt="" if alt == "decorative" else alt,
        image_decorative=alt == "decorative",
        created_at=finished_at - timedelta(days=2),
        published_at=published_at,
    )
    post = post.revise(tags=[tag.strip() for tag in given["tags"].split(",")])
    Post.objects.filter(pk=post.pk).update(updated_at=finished_at)  # save() writes the time of now
    post.revisions.update(created_at=finished_at)


def add_authors(authors: list[User]) -> None:
    for number, author in enumerate(authors):
        author.save()
        portrait = clean_picture(paint("portrait", (AVATAR_SIDE, AVATAR_SIDE), number))
        author.avatar = Image.objects.hold(portrait, owner=author, name=f"{author.username}.jpg")
        author.save(update_fields=["avatar"])


def add_posts(authors: list[User], texts: list[Text], pictures: list[Picture | None]) -> None:
    named, images = {author.username: author for author in authors}, {}
    for number, (text, picture) in enumerate(zip(texts, pictures, strict=True), start=1):
        if picture:
            images[number] = keep(picture, text, number, named[text.facts["author"]])
    for number, text in enumerate(texts, start=1):
        content = PICTURE_OF.sub(lambda found: f"(/images/{images[int(found[1])].pk}", text.content)
        write(replace(text, content=content), number, named[text.facts["author"]], images.get(number))


def keep(picture: Picture, text: Text, number: int, owner: User) -> Image:
    """The picture as its author would keep it: described, and told what every crop must show."""
    image = Image.objects.hold(picture, owner=owner, name=f"{text.facts['picture']}.jpg")
    image.alt = "" if text.facts["alt"] == "decorative" else text.facts["alt"]
    image.focus_x, image.focus_y = FOCUS.get(number, (None, None))
    image.save(update_fields=["alt", "focus_x", "focus_y"])
    return image


class Command(BaseCommand):
    help = "Fills a new site with three authors and thirty posts with pictures. Their password is public."

    def handle(self, **options: object) -> None:
        authors, texts = read_authors(), read_texts()
        if already_here(authors):
            self.stdout.write("The demo is here already; nothing was added.")
            return
        pictures = paint_all(texts)
        with transaction.atomic():  # all of it or nothing; the pictures follow, as none may be sent in here
            add_authors(authors)
            add_posts(authors, texts, pictures)
        sent = [image.send() for image in Image.objects.filter(owner__in=authors)]
        self.stdout.write(
            f"{len(authors)} authors, {len(texts)} posts and {len(sent)} pictures. "
            f"Sign in as {authors[0].username} with the password {PASSWORD}."
        )
        if unsent := sent.count(False):
            self.stderr.write(f"Pictures that wait: {unsent}. `manage.py images_sweep --apply` sends them.")
