"""Addresses of posts. What stands beside <slug> under /posts/ is reserved: see RESERVED_SLUGS."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from posts.views import copies, drafts, mine, pictures, reading, revisions, writing


class NameConverter(StringConverter):
    """A slug or a name in any script; no database holds a zero byte."""

    regex = r"[^/\0]+"


register_converter(NameConverter, "name")

urlpatterns = [
    path("", reading.post_list, name="post_list"),
    path("tags/<name:slug>/", reading.tag_detail, name="tag_detail"),
    path("authors/<name:username>/", reading.author_detail, name="author_detail"),
    path("posts/new/", writing.post_create, name="post_create"),
    path("posts/new/check/<slug:name>/", writing.post_check, name="post_check"),
    path("posts/preview/", writing.post_preview, name="post_preview"),
    path("posts/<name:slug>/", reading.post_detail, name="post_detail"),
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
    path("posts/<name:slug>/links/", drafts.draft_links, name="draft_links"),
    path("posts/<name:slug>/links/<int:pk>/revoke/", drafts.draft_link_revoke, name="draft_link_revoke"),
    path("drafts/<name:token>/", drafts.draft_link, name="draft_link"),
    path("me/posts/", mine.my_posts, name="my_posts"),
    path("me/posts/delete/", mine.posts_delete, name="posts_delete"),
    path("me/posts/publish/", mine.posts_publish, name="posts_publish"),
    path("me/posts/unpublish/", mine.posts_unpublish, name="posts_unpublish"),
    path("me/posts/undo/", mine.posts_undo, name="posts_undo"),
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
