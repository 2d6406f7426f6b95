"""Bring the catalogs in core/locale up to what templates, Python and scripts say, and compile them.

For whoever changes a text: it needs gettext's programs, and changes nothing where nothing was changed. A bare machine
has no msgfmt, so the compiled catalogs are kept beside their sources.
"""

import re
import subprocess
from itertools import product
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, call_command

IGNORED = [".venv", ".ci", "var", "bench", "vendor", "tests", "testing", "migrations", "commands", "demo", "admin.py"]
PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5;",
}
# Of one catalog; without dates and names, which would change with every run.
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Galley\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""
HEAD = re.compile(r'\A(?:#.*\n)*\n?(?:#.*\n)*msgid ""\nmsgstr ""\n(?:".*"\n)+')


class Command(BaseCommand):
    help = "Bring the catalogs of all languages up to date, and compile them"

    def handle(self, **options: object) -> None:
        locale = settings.LOCALE_PATHS[0]
        for language, domain in product(PLURALS, ("django", "djangojs")):
            catalog = locale / language / "LC_MESSAGES" / f"{domain}.po"
            catalog.parent.mkdir(parents=True, exist_ok=True)
            if not catalog.exists():
                catalog.write_text(HEADER.format(language=language, plurals=PLURALS[language]))
        for domain, extensions in (("django", ["html", "txt", "py"]), ("djangojs", ["js"])):
            call_command(
                "makemessages",
                domain=domain,
                extensions=extensions,
                locale=list(PLURALS),
                ignore_patterns=IGNORED,
                no_location=True,
                no_obsolete=True,
                no_wrap=True,
                verbosity=0,
            )
        for catalog in sorted(locale.glob("*/LC_MESSAGES/*.po")):
            self._settle(catalog)

    def _settle(self, catalog: Path) -> None:
        """Give it the one head that all have, and compile it; msgfmt looks for what is wrong in it."""
        language = catalog.parent.parent.name
        head = HEADER.format(language=language, plurals=PLURALS[language])
        catalog.write_text(HEAD.sub(lambda _: head, catalog.read_text()))
        compiled = catalog.with_suffix(".mo")
        subprocess.run(["msgfmt", "--check-format", "--check-domain", "--output-file", compiled, catalog], check=True)  # noqa: S603, S607
