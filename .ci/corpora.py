"""Pictures that nobody here made, as files in a folder: python .ci/corpora.py FOLDER.

From the sources of libraries that read pictures: broken, hostile, odd, and with all that cameras write beside them.
Each archive is fetched from where this machine gets its packages, must have the SHA-256 that is written here, and
only its pictures are unpacked. What is in the folder already is not fetched again.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

# Which file, its SHA-256, and which of its members are pictures.
PILLOW = {
    "pillow-13.0.0.tar.gz": (
        "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510",
        r"[^/]+/Tests/images/.+",
    ),
}
DEBIAN = {
    "libpng1.6_1.6.39.orig.tar.gz": (
        "a00e9d2f2f664186e4202db9299397f851aea71b36a35e74910b8820e380d441",
        r"[^/]+/contrib/(pngsuite|testpngs)/.+\.png",
    ),
    "libimage-exiftool-perl_12.57+dfsg.orig.tar.xz": (
        "9de7ccd6ed6adf92038c8d943b1960d087b58c00b3924d19f61a1d774b7610fc",
        r"[^/]+/t/images/.+",
    ),
    "libheif_1.15.1.orig.tar.gz": (
        "28d5a376fe7954d2d03453f983aaa0b7486f475c27c7806bda31df9102325556",
        r"[^/]+/(fuzzing/corpus|examples)/.+",
    ),
    "giflib_5.2.1.orig.tar.gz": (
        "31da5562f44c5f15d63340a09a4fd62b48c45620cd302f77a6d9acf0077879bd",
        r"[^/]+/(pic|tests)/.+\.(gif|GIF)",
    ),
    "libjpeg-turbo_2.1.5.orig.tar.gz": (
        "254f3642b04e309fee775123133c6464181addc150499561020312ec61c1bf7c",
        r"[^/]+/testimages/.+\.(jpg|bmp|ppm|gif|png)",
    ),
}
NPM = {
    "ij-test-1.14.1.tgz": (
        "2302d1305a7752ac73af1a7e840c6958f7131e3dcbab9c98233c2862208bdbd0",
        r"package/.+\.(png|jpe?g|gif|bmp|tiff?|webp|avif)",
    ),
}
ALL = PILLOW | DEBIAN | NPM


def run(*command: str | Path, into: Path) -> None:
    """Raises CalledProcessError after showing what it said."""
    done = subprocess.run(command, cwd=into, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.stderr.write(f"{done.stdout}{done.stderr}")
        done.check_returncode()


def from_pypi(into: Path) -> None:
    """By pip as it is configured. It builds the metadata too, of which nothing is used."""
    pip = (sys.executable, "-m", "pip")
    run(*pip, "download", "--quiet", "--no-deps", "--no-binary", "pillow", "pillow==13.0.0", into=into)


def from_npm(into: Path) -> None:
    run("npm", "pack", "--silent", "ij-test@1.14.1", into=into)


def from_debian(into: Path) -> None:
    """By apt, with sources of its own made from this machine's, in a folder of its own: nothing in /etc changes."""
    with TemporaryDirectory() as name:
        home = Path(name)
        for folder in ("sources", "lists/partial", "cache/archives/partial"):
            (home / folder).mkdir(parents=True)
        etc = Path("/etc/apt")
        for path in (etc / "sources.list", *etc.glob("sources.list.d/*.list"), *etc.glob("sources.list.d/*.sources")):
            if path.exists():
                (home / "sources" / path.name).write_text(source_list(path.read_text(), path.suffix))
        options = {
            "Dir::Etc::sourcelist": "/dev/null",
            "Dir::Etc::sourceparts": home / "sources",
            "Dir::State::lists": home / "lists",
            "Dir::Cache": home / "cache",
            "APT::Sandbox::User": "root",
        }
        apt = ["apt-get", "-qq", *(part for name, value in options.items() for part in ("-o", f"{name}={value}"))]
        packages = [name.partition("_")[0] for name in DEBIAN]
        run(*apt, "update", into=into)
        run(*apt, "source", "--download-only", "--tar-only", *packages, into=into)


def source_list(text: str, suffix: str) -> str:
    """The parts of a list of packages that are Debian's own, as a list of their sources."""
    if suffix == ".list":
        lines = re.findall(r"^deb (.*/debian.*)$", text, re.MULTILINE)
        return "".join(f"deb-src {line}\n" for line in lines)
    stanzas = [stanza for stanza in re.split(r"\n\s*\n", text) if re.search(r"^URIs:.*/debian", stanza, re.MULTILINE)]
    return "\n\n".join(re.sub(r"^Types:.*$", "Types: deb-src", stanza, flags=re.MULTILINE) for stanza in stanzas)


def unpack(archive: Path, wanted: str, into: Path) -> int:
    """The members that match: plain files only, none of which can leave the folder."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar if member.isfile() and re.fullmatch(wanted, member.name)]
        tar.extractall(into, members, filter="data")
    return len(members)


def fetch(files: dict[str, tuple[str, str]], get: object, folder: Path) -> None:
    missing = {name for name in files if not (folder / name).exists()}
    if not missing:
        return
    with TemporaryDirectory() as downloads:
        get(Path(downloads))
        for name in sorted(missing):
            sha256, wanted = files[name]
            archive, draft = Path(downloads, name), folder / f".{name}"
            found = hashlib.sha256(archive.read_bytes()).hexdigest() if archive.exists() else "not there"
            if found != sha256:
                got = ", ".join(sorted(path.name for path in Path(downloads).iterdir()))
                sys.exit(f"{name} is {found}; it must be {sha256}. Fetched: {got}.")
            shutil.rmtree(draft, ignore_errors=True)
            print(f"{name}: {unpack(archive, wanted, draft)} pictures")
            draft.rename(folder / name)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in ALL:
            shutil.rmtree(old)  # of another version
    fetch(PILLOW, from_pypi, folder)
    fetch(DEBIAN, from_debian, folder)
    fetch(NPM, from_npm, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
