"""Addresses of posts. What stands beside <slug> under /posts/ is reserved: see RESERVED_SLUGS."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from posts.views import (
    changes,
    copies,
    drafts,
    following,
    lists,
    mine,
    pictures,
    reading,
    revisions,
    searching,
    statistics,
    writing,
)


class NameConverter(StringConverter):
    """A slug or a name in any script; no database holds a zero byte."""

    regex = r"[^/\0]+"


register_converter(NameConverter, "name")

urlpatterns = [  # what is asked for most comes first, for they are tried in turn
    path("", lists.post_list, name="post_list"),
    path("posts/new/", writing.post_create, name="post_create"),
    path("posts/new/check/<slug:name>/", writing.post_check, name="post_check"),
    path("posts/preview/", writing.post_preview, name="post_preview"),
    path("posts/<name:slug>/", reading.post_detail, name="post_detail"),
    path("feed.rss", following.feed_rss, name="feed_rss"),
    path("feed.atom", following.feed_atom, name="feed_atom"),
    path("feed.json", following.feed_json, name="feed_json"),
    path("authors/<name:username>/feed.rss", following.author_feed_rss, name="author_feed_rss"),
    path("authors/<name:username>/feed.atom", following.author_feed_atom, name="author_feed_atom"),
    path("authors/<name:username>/feed.json", following.author_feed_json, name="author_feed_json"),
    path("tags/<name:slug>/feed.rss", following.tag_feed_rss, name="tag_feed_rss"),
    path("tags/<name:slug>/feed.atom", following.tag_feed_atom, name="tag_feed_atom"),
    path("tags/<name:slug>/feed.json", following.tag_feed_json, name="tag_feed_json"),
    path("sitemap.xml", following.sitemap, name="sitemap"),
    path("sitemap-<slug:part>.xml", following.sitemap_part, name="sitemap_part"),
    path("robots.txt", following.robots, name="robots"),
    path("social.png", reading.site_social, name="site_social"),
    path("tags/", lists.tag_list, name="tag_list"),
    path("tags/<name:slug>/", lists.tag_detail, name="tag_detail"),
    path("authors/<name:username>/", lists.author_detail, name="author_detail"),
    path("archive/", lists.archive, name="archive"),
    path("archive/<int:year>/", lists.archive_year, name="archive_year"),
    path("archive/<int:year>/<int:month>/", lists.archive_month, name="archive_month"),
    path("search/", searching.post_search, name="post_search"),
    path("posts/<name:slug>/changes/", changes.post_changes, name="post_changes"),
    path("posts/<name:slug>/changes/<int:pk>/", changes.post_change, name="post_change"),
    path("posts/<name:slug>/changes/<int:pk>/edit/", changes.post_change_edit, name="post_change_edit"),
    path("posts/<name:slug>/social.png", reading.post_social, name="post_social"),
    path("posts/<name:slug>/edit/", writing.post_edit, name="post_edit"),
    path("posts/<name:slug>/edit/check/<slug:name>/", writing.post_check, name="post_check"),
    path("posts/<name:slug>/autosave/", writing.post_autosave, name="post_autosave"),
    path("posts/<name:slug>/copies/<int:pk>/", copies.working_copy_detail, name="working_copy_detail"),
    path("posts/<name:slug>/copies/<int:pk>/discard/", copies.working_copy_discard, name="working_copy_discard"),
    path("posts/<name:slug>/revisions/", revisions.revision_list, name="revision_list"),
    path("posts/<name:slug>/revisions/compare/", revisions.revision_compare, name="revision_compare"),
    path("posts/<name:slug>/revisions/<int:pk>/", revisions.revision_detail, name="revision_detail"),
    path("posts/<name:slug>/revisions/<int:pk>/name/", revisions.revision_name, name="revision_name"),
    path("posts/<name:slug>/revisions/<int:pk>/restore/", revisions.revision_restore, name="revision_restore"),
    path("posts/<name:slug>/revisions/<int:pk>/open/", revisions.revision_open, name="revision_open"),
    path("posts/<name:slug>/delete/", mine.post_delete, name="post_delete"),
    path("posts/<name:slug>/restore/", mine.post_restore, name="post_restore"),
    path("posts/<name:slug>/publish/", mine.post_publish, name="post_publish"),
    path("posts/<name:slug>/unpublish/", mine.post_unpublish, name="post_unpublish"),
    path("posts/<name:slug>/reads/", statistics.post_reads, name="post_reads"),
    path("posts/<name:slug>/links/", drafts.draft_links, name="draft_links"),
    path("posts/<name:slug>/links/<int:pk>/revoke/", drafts.draft_link_revoke, name="draft_link_revoke"),
    path("drafts/<name:token>/", drafts.draft_link, name="draft_link"),
    path("me/posts/", mine.my_posts, name="my_posts"),
    path("me/posts/delete/", mine.posts_delete, name="posts_delete"),
    path("me/posts/publish/", mine.posts_publish, name="posts_publish"),
    path("me/posts/unpublish/", mine.posts_unpublish, name="posts_unpublish"),
    path("me/posts/undo/", mine.posts_undo, name="posts_undo"),
    path("me/reads/", statistics.my_reads, name="my_reads"),
    path("me/trash/", mine.trash, name="trash"),
    path("me/pictures/", pictures.my_pictures, name="my_pictures"),
    path("me/pictures/delete/", pictures.pictures_delete, name="pictures_delete"),
    path("me/pictures/restore/", pictures.pictures_restore, name="pictures_restore"),
    path("me/pictures/<uuid:pk>/", pictures.picture_edit, name="picture_edit"),
    path("me/pictures/<uuid:pk>/replace/", pictures.picture_replace, name="picture_replace"),
    path("me/pictures/<uuid:pk>/use/", pictures.picture_use, name="picture_use"),
    path("me/pictures/<uuid:pk>/delete/", pictures.picture_delete, name="picture_delete"),
    path("me/pictures/<uuid:pk>/restore/", pictures.picture_restore, name="picture_restore"),
]
