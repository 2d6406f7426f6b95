"""The smallest Django app that shows Galley's posts: models, two views, two templates, the middleware of startproject.

What a page from the ORM costs when nothing is added. It reads the same tables, in the same database, under the same
server; bench/serving.py starts it as `granian bench.minimal:application`.
"""

import os
from pathlib import Path

import django
from django.conf import settings

KEPT_OPEN = {"CONN_MAX_AGE": 60}  # as Galley's: opening a database costs as much as a page

BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>
{% block title %}Posts{% endblock %}</title>
<link rel="stylesheet" href="/static/site.css"></head><body><header><a href="/">Posts</a></header>
<main>{% block main %}{% endblock %}</main></body></html>"""
LIST = """{% extends "base.html" %}{% block main %}{% for post in posts %}<article>
<h2><a href="{% url "post" post.slug %}">{{ post.title }}</a></h2><p>{{ post.summary }}</p>
<p>{{ post.author.display_name }}, {{ post.published_at|date:"j F Y" }}</p>
<p>{% for tag in post.tags.all %}<a href="{% url "tag" tag.slug %}">{{ tag.name }}</a> {% endfor %}</p>
</article>{% endfor %}{% endblock %}"""
POST = """{% extends "base.html" %}{% block title %}{{ post.title }}{% endblock %}{% block main %}<article>
<h1>{{ post.title }}</h1><p>{{ post.author.display_name }}, {{ post.published_at|date:"j F Y" }}</p>
<p>{% for tag in post.tags.all %}<a href="{% url "tag" tag.slug %}">{{ tag.name }}</a> {% endfor %}</p>
{{ post.content_html|safe }}</article>{% endblock %}"""


def database() -> dict:
    if url := os.environ.get("DATABASE_URL"):
        import environ

        return environ.Env().db_url_config(url) | KEPT_OPEN
    folder = Path(__file__).parent.parent / os.environ.get("DATA_DIR", "var")
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "galley.sqlite3"} | KEPT_OPEN


settings.configure(
    SECRET_KEY="only-for-this-run",  # noqa: S106
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": database()},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "bench",  # whose models are those below
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"base.html": BASE, "list": LIST, "post": POST})],
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        }
    ],
    USE_TZ=True,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402


class Author(models.Model):
    display_name = models.CharField(max_length=80)

    class Meta:
        app_label, db_table, managed = "bench", "accounts_user", False

    def __str__(self) -> str:
        return self.display_name


class Tag(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField(max_length=60)

    class Meta:
        app_label, db_table, managed = "bench", "posts_tag", False

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100)
    summary = models.CharField(max_length=300)
    content_html = models.TextField()
    published_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    author = models.ForeignKey(Author, models.PROTECT)
    tags = models.ManyToManyField(Tag, db_table="posts_post_tags")

    class Meta:
        app_label, db_table, managed = "bench", "posts_post", False

    def __str__(self) -> str:
        return self.title


def public() -> models.QuerySet:
    found = Post.objects.filter(published_at__lte=timezone.now(), deleted_at=None)
    return found.select_related("author").prefetch_related("tags")


def post_list(request: HttpRequest) -> HttpResponse:
    return render(request, "list", {"posts": public().order_by("-published_at", "-pk")[:10]})


def post_detail(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "post", {"post": get_object_or_404(public(), slug=slug)})


urlpatterns = [
    path("", post_list),
    path("posts/<str:slug>/", post_detail, name="post"),
    path("tags/<str:slug>/", post_list, name="tag"),
]
application = get_wsgi_application()
