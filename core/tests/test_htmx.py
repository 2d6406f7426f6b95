"""Page or partial, and how a form moves on."""

from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase
from django_htmx.middleware import HtmxMiddleware

from core.htmx import is_partial, render_page, see_other


def request(**headers: str):
    made = RequestFactory().get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})
    HtmxMiddleware(lambda _: HttpResponse())(made)
    return made


class PartialTests(SimpleTestCase):
    def test_what_htmx_asks_for(self):
        for headers, partial in (
            ({}, False),
            ({"HX_Request": "true"}, True),
            ({"HX_Request": "true", "HX_Request_Type": "partial"}, True),
            ({"HX_Request": "true", "HX_Request_Type": "full"}, False),
            ({"HX_Request": "false", "HX_Request_Type": "partial"}, False),
            ({"HX_Request_Type": "partial"}, False),
            ({"HX_History_Restore_Request": "true", "HX_Request_Type": "full"}, False),
            ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, False),
        ):
            with self.subTest(headers):
                self.assertIs(is_partial(request(**headers)), partial)

    def test_no_cache_takes_one_for_the_other_or_keeps_a_private_one(self):
        for headers in ({}, {"HX_Request": "true"}):
            response = render_page(request(**headers), "404.html", partial="404.html")
            self.assertEqual(response["Vary"], "HX-Request, HX-Request-Type")
            self.assertEqual(response["Cache-Control"], "private, no-cache")

    def test_moves_on_by_redirect_or_by_a_navigation_of_htmx(self):
        page, partial = see_other(request(), "/there/"), see_other(request(HX_Request="true"), "/there/")
        self.assertEqual((page.status_code, page["Location"]), (302, "/there/"))
        self.assertEqual((partial.status_code, partial["HX-Redirect"]), (200, "/there/"))
        self.assertNotIn("Location", partial)
