"""What Lighthouse says of the list, a post, the search and the editor, as on a phone with a slow network.

    .venv/bin/python bench/lighthouse.py var/lighthouse
    .venv/bin/python bench/lighthouse.py var/lighthouse --hold list,post    # fails below 100

Installs Lighthouse and the Node that it needs into the folder, by npm, if they are not there; starts Galley with the
demo in it; prints Markdown: scores, the largest paint, layout shift, time that scripts block, bytes and requests, and
what was found wanting. `--hold` asserts accessibility, best practices and SEO; performance is a timing, and only
printed. Needs npm and Chromium (or CHROME_PATH). Talks to 127.0.0.1 alone, but for npm.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import weighing
from bench.machine import Server, end_tidily, galley, python

PACKAGES = ("node@22.23.3", "lighthouse@13.5.0")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMED = "performance"
FULL = 100
SIGN_IN = "from bench import filling; filling.set_up(); print(filling.session('ada'))"
MEASURES = {
    "largest paint, s": ("largest-contentful-paint", 1000, 2),
    "layout shift": ("cumulative-layout-shift", 1, 3),
    "blocked, ms": ("total-blocking-time", 1, 0),
    "bytes": ("total-byte-weight", 1, 0),
}
Report = dict[str, Any]


def install(folder: Path) -> None:
    """Lighthouse into `folder`, unless that version is there."""
    for package in PACKAGES:
        name, version = package.split("@")
        found = folder / "node_modules" / name / "package.json"
        if not found.exists() or json.loads(found.read_text())["version"] != version:
            break
    else:
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder)]
    if subprocess.run([*command, *PACKAGES], check=False).returncode:
        sys.exit("npm could not install Lighthouse; is there a network?")


def audit(folder: Path, address: str, session: str) -> Report:
    """Raises SystemExit if Lighthouse could not load the page."""
    modules = folder / "node_modules"
    chromium = os.environ.get("CHROME_PATH") or shutil.which("chromium") or ""
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as name:
        out = Path(name) / "report.json"
        command = [str(modules / ".bin" / "node"), str(modules / "lighthouse" / "cli" / "index.js"), address]
        command += ["--quiet", "--no-enable-error-reporting", "--output=json", f"--output-path={out}"]
        command += ["--chrome-flags=--headless=new --no-sandbox", f"--only-categories={','.join(CATEGORIES)}"]
        if session:
            command.append(f"--extra-headers={json.dumps({'Cookie': f'sessionid={session}'})}")
        environment = os.environ | {"CHROME_PATH": chromium, "TMPDIR": name}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=180)
        report = json.loads(out.read_text()) if out.exists() else {}
    if not report or report.get("runtimeError"):
        said = report.get("runtimeError", {}).get("message") or done.stderr.strip()[-300:]
        sys.exit(f"Lighthouse could not look at {address}: {said}")
    return report


def score(report: Report, category: str) -> int:
    return round((report["categories"][category]["score"] or 0) * 100)


def wanting(report: Report) -> list[str]:
    """What costs a category points: "seo: Document does not have a meta description"."""
    found = []
    for category in CATEGORIES:
        if score(report, category) == FULL:
            continue
        for reference in report["categories"][category]["auditRefs"]:
            one = report["audits"][reference["id"]]
            if reference["weight"] and one["score"] is not None and one["score"] < 1:
                where = [item["node"]["snippet"] for item in one.get("details", {}).get("items", []) if "node" in item]
                found.append(f"{category}: {one['title']} {one.get('displayValue', '')} {' '.join(where[:3])}".strip())
    return found


def row(name: str, report: Report) -> list[str]:
    measured = [
        f"{report['audits'][audit]['numericValue'] / unit:,.{digits}f}" for audit, unit, digits in MEASURES.values()
    ]
    requests = len(report["audits"]["network-requests"]["details"]["items"])
    return [name, *(str(score(report, category)) for category in CATEGORIES), *measured, str(requests)]


def table(rows: Iterable[list[str]]) -> str:
    head = ["page", *(name.replace("-", " ") for name in CATEGORIES), *MEASURES, "requests"]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows))


def addresses(front: str) -> dict[str, tuple[str, bool]]:
    """Pages of the demo, and whether one must be signed in to see them."""
    post = re.search(r"<h2><a href=\"(/posts/[^\"]+/)\"", front)[1]
    return {"list": ("/", False), "post": (post, False), "search": ("/search/?q=tide", False), "editor": (post, True)}


def warm(server: Server, path: str, session: str) -> None:
    """Ask for the page and all that it may load, once: the first reader of all waits for pictures to be scaled."""
    html = server.ask(path, Cookie=f"sessionid={session}").body.decode()
    for address in set(re.findall(r"/(?:media|static)/[^\"\s]+", html)):
        server.ask(address)


def middle(reports: list[Report]) -> Report:
    return sorted(reports, key=lambda report: report["categories"][TIMED]["score"] or 0)[len(reports) // 2]


def look(folder: Path, only: list[str], runs: int) -> dict[str, Report]:
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as data:
        os.environ.update(DATA_DIR=data, LOG_LEVEL="ERROR", DATABASE_URL="", SECRET_KEY="only-for-this-run")  # noqa: S106
        with galley() as server:
            session, reports = python("-c", SIGN_IN).strip(), {}
            for name, (path, signed_in) in addresses(server.ask("/").body.decode()).items():
                if only and name not in only:
                    continue
                whole, user = (f"{path}edit/", session) if signed_in else (path, "")
                warm(server, whole, user)
                address = f"http://127.0.0.1:{server.port}{whole}"
                reports[name] = middle([audit(folder, address, user) for _ in range(runs)])
            return reports


def main() -> None:
    end_tidily()
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where Lighthouse is, or is put")
    parser.add_argument("--only", default="", help="pages, after commas: list,post,search,editor")
    parser.add_argument("--hold", default="", help="pages that must have 100 in all but performance, after commas")
    parser.add_argument("--into", type=Path, help="a document with a place for this, instead of the terminal")
    parser.add_argument("--runs", type=int, default=3, help="of each page; the middle one by performance is told")
    options = parser.parse_args()
    if not shutil.which("npm"):
        sys.exit("npm is missing, which brings Lighthouse: apt-get install npm")
    install(options.folder)
    reports = look(options.folder, [name for name in options.only.split(",") if name], options.runs)
    lines = [f"- {name}: {words}" for name, report in reports.items() for words in wanting(report)]
    words = "\n".join([table(row(name, report) for name, report in reports.items()), *([""] if lines else []), *lines])
    if options.into:
        weighing.write_into(options.into, "bench/lighthouse.py", words)
    else:
        print(words)
    held = [
        f"{category} of {name} is {score(reports[name], category)}"
        for name in options.hold.split(",")
        for category in CATEGORIES
        if name and category != TIMED and score(reports[name], category) < FULL
    ]
    if held:
        sys.exit(f"Lighthouse: {', '.join(held)}; each must be {FULL}.")


if __name__ == "__main__":
    main()
