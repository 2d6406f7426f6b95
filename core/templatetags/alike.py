"""What all who are signed out see alike is written once in each language, and then as it stands."""

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.translation import get_language

register = template.Library()
WRITTEN: dict[tuple, str] = {}


@register.tag
def alike(parser: Parser, token: Token) -> "AlikeNode":
    """{% alike here %}…{% endalike %}: depends on nothing but the site, the language and the words `here`, of which
    there are few. Signed in, it is written each time.
    """
    words = [parser.compile_filter(word) for word in token.split_contents()[1:]]
    nodes = parser.parse(("endalike",))
    parser.delete_first_token()
    return AlikeNode(nodes, words)


class AlikeNode(template.Node):
    child_nodelists = ()  # where Django looks for blocks; there are none in it

    def __init__(self, nodelist: NodeList, words: list[FilterExpression]) -> None:
        self.nodelist, self.words = nodelist, words

    def render(self, context: Context) -> str:
        user = context.get("user")
        if user is None or user.is_authenticated:  # None: the page of an error, which knows nothing of the site
            return self.nodelist.render(context)
        key = (self, get_language(), settings.SITE_NAME, *(word.resolve(context) for word in self.words))
        if (written := WRITTEN.get(key)) is None:
            written = WRITTEN[key] = self.nodelist.render(context)
        return written
