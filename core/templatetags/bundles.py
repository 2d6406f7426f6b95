"""Which script a page has: by what is done on it, and by its language."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core import bundles

register = template.Library()


@register.simple_tag
def script(name: str) -> SafeString:
    """The one <script> of a page: "galley", or "galley-writing" where something is written."""
    return format_html('<script src="{}" defer></script>', static(bundles.script(name, get_language())))
