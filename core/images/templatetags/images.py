"""The one way a template shows a picture."""

from django import template

from core.images.html import picture

register = template.Library()
register.simple_tag(picture)
