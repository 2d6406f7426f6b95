"""Mail on the console."""

from io import StringIO

from django.core.mail import EmailMessage
from django.test import SimpleTestCase

from core.mail import ConsoleBackend


class ConsoleTests(SimpleTestCase):
    def test_link_can_be_copied_in_one_piece(self):
        link, said = f"http://127.0.0.1:8000/accounts/password/reset/{'a1-' * 60}/", StringIO()
        ConsoleBackend(stream=said).send_messages(
            [EmailMessage("A new password", f"Här:\n\n{link}\n", to=["a@b.example"])]
        )
        self.assertIn(f"\n{link}\n", said.getvalue())
        self.assertIn("To: a@b.example\nSubject: A new password\n\nHär:", said.getvalue())
