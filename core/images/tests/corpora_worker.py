"""A process of Galley that takes one file after another by the real upload view.

Reads lines {"file": path, "into": path}, and answers each with {"status", "error", "seconds", "peak"}: the status,
the sentence of a 422, the exception if there was one, and the most memory that the process ever had, in bytes. The
clean picture is written to `into`. Its database is one of its own, in DATA_DIR.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    import django

    django.setup()

    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from accounts.models import User

    setup_test_environment()
    call_command("migrate", verbosity=0)
    worker = Worker(User.objects.create_user("ada"))
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(worker.hold(Path(asked["file"]), Path(asked["into"]))), flush=True)


class Worker:
    def __init__(self, ada: object) -> None:
        from core.testing.cases import HtmxClient

        self.client = HtmxClient()
        self.client.force_login(ada)

    def hold(self, file: Path, into: Path) -> dict[str, object]:
        from django.core.files.uploadedfile import SimpleUploadedFile
        from django.urls import reverse

        from core.images.models import HeldPicture, Image

        upload, began = SimpleUploadedFile(file.name, file.read_bytes(), "image/jpeg"), time.perf_counter()
        status = error = None
        try:
            response = self.client.post(reverse("image_hold", args=["picture"]), {"picture": upload})
            status, error = response.status_code, str(response.context.get("error") or "")
        except Exception as exception:
            error = f"{type(exception).__name__}: {exception}"
        seconds = time.perf_counter() - began
        if status == 200:
            into.write_bytes(HeldPicture.objects.get().data)
            Image.objects.all().delete()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"status": status, "error": error, "seconds": seconds, "peak": peak}


if __name__ == "__main__":
    main()
