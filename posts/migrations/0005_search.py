import django.db.models.deletion
from django.db import migrations, models

CREATE = {
    "sqlite": (
        # The words are folded before they come here: nothing is left to a tokenizer but the spaces between them.
        "CREATE VIRTUAL TABLE posts_search USING fts5(title, tags, body, head, tokenize='ascii')",
    ),
    "postgresql": (
        "ALTER TABLE posts_searchentry ADD words tsvector NOT NULL, ADD head tsvector NOT NULL, "
        "ADD eras bigint[] NOT NULL GENERATED ALWAYS AS (ARRAY[(post_id >> 10) * 100 + 10, (post_id >> 12) * 100 + 12, "
        "(post_id >> 14) * 100 + 14, (post_id >> 16) * 100 + 16]) STORED",
        "ALTER TABLE posts_searchentry ALTER words SET STORAGE EXTERNAL",  # taken apart often, and seldom written
        # What is in them would be weighed at every question, and they are asked in one way only.
        "ALTER TABLE posts_searchentry ALTER words SET STATISTICS 0, ALTER head SET STATISTICS 0, ALTER eras SET STATISTICS 0",
        # What waits to be sorted in is looked through by every search.
        "CREATE INDEX search_words ON posts_searchentry USING gin (words, head, eras) WITH (gin_pending_list_limit = 256)",
        'ALTER TABLE posts_searchword ALTER word TYPE varchar(64) COLLATE "C", ALTER backwards TYPE varchar(64) COLLATE "C"',
    ),
}
DROP = {"sqlite": ("DROP TABLE posts_search",), "postgresql": ()}  # what the tables of models do not take along


def create(apps, schema_editor):
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def keep_all(apps, schema_editor):
    """What is there already can be found, too."""
    posts = apps.get_model("posts", "Post")._base_manager.exclude(version=0)
    if not posts.exists():
        return
    from posts import search

    for post in posts.prefetch_related("tags").order_by("pk").iterator(chunk_size=100):
        search.index(post.pk, post.title, [tag.name for tag in post.tags.all()], post.content_html or post.content)


class Migration(migrations.Migration):

    dependencies = [
        ('posts', '0004_reading'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(max_length=64)),
                ('backwards', models.CharField(max_length=64)),
            ],
            options={
                'indexes': [models.Index(models.F('backwards'), name='search_word_backwards')],
                'constraints': [models.UniqueConstraint(fields=('word',), name='search_word')],
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('post', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='posts.post')),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('digest', models.CharField(editable=False, help_text='Of the words: the same need not be kept anew.', max_length=32)),
            ],
        ),
        migrations.RunPython(create, drop),
        migrations.RunPython(keep_all, migrations.RunPython.noop),
    ]
