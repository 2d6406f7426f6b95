"""manage.py fakecloud: a Cloudinary on this machine, to see the pictures that the real one would show."""

from threading import Event

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.testing.fakecloud import FakeCloud


class Command(BaseCommand):
    help = "Serve a fake Cloudinary on 127.0.0.1 until Ctrl-C. It keeps its pictures in memory only."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8090, help="0: any free one (default: %(default)s)")

    def handle(self, *, port: int, **options: object) -> None:
        try:
            server = FakeCloud(port)
        except (OSError, OverflowError) as error:
            raise CommandError(f"Port {port} cannot be used: {error}.") from None
        with server:
            self.stdout.write("The fake Cloudinary runs until Ctrl-C. In another terminal:\n\n")
            self.stdout.write(f"export CLOUDINARY_URL='{server.cloudinary_url}'")
            self.stdout.write(f"export IMAGES_DELIVERY_BASE='{server.delivery_base}'")
            try:
                Event().wait()
            except KeyboardInterrupt:
                self.stdout.write("\nStopped.")
