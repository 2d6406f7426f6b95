#!/bin/sh
# Makes .venv with a Python that is new enough and installs requirements.txt into it, with hashes, when it changed.
# Further requirement files may be named: sh deploy/install.sh deploy/requirements.txt
set -u
cd "$(dirname "$0")/.." || exit 1

fail() {
    echo "Galley cannot be installed: $*" >&2
    exit 1
}

# Python's version, if the command $1 is a Python >= 3.12 that can make environments.
version_of() {
    "$1" -c 'import sys; assert sys.version_info >= (3, 12); import ensurepip, venv; print(sys.version)' 2>/dev/null
}

# The first Python that will do. A version manager's command may be there and yet refuse to run in this folder,
# so the versions that pyenv and uv keep are tried by path as well.
find_python() {
    for python in python3.13 python3.14 python3.12 python3 \
        "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[2-9]*/bin/python3 \
        "${UV_PYTHON_INSTALL_DIR:-${HOME:-}/.local/share/uv/python}"/cpython-3.1[2-9]*/bin/python3; do
        if version_of "$python" >/dev/null; then
            echo "$python"
            return
        fi
    done
    found=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
    case $found in
        3.1[2-9]*) fail "Python $found lacks its venv module; on Debian or Ubuntu: apt-get install python3-venv." ;;
        *) fail "it needs Python 3.12 or newer and finds ${found:-none}; install one, or name it: PYTHON=/path/to/python3.13." ;;
    esac
}

# Is there less than 10 MB left in the folder $1?
full() {
    df -Pk "$1" 2>/dev/null | awk 'NR == 2 { exit $4 >= 10000 }'
}

# Run a command that says nothing when all goes well, and one sentence when it does not. $1: what it was to do.
quietly() {
    task=$1
    shift
    said=$("$@" 2>&1) && return
    [ -w . ] || fail "the folder $PWD cannot be written."
    case $said in
        *"No space left"* | *"Disk quota"*) fail "the disk is full." ;;
        *"Permission denied"*) fail "the folder $PWD cannot be written." ;;
        *"DO NOT MATCH THE HASHES"*) fail "a package is not the one that $lock names; none was installed." ;;
        *"No matching distribution"*) fail "a package could not be fetched; is there a network?" ;;
    esac
    if full . || full "${TMPDIR:-/tmp}"; then
        fail "the disk is full."
    fi
    fail "$task ended with: $(echo "$said" | tail -n 1)"
}

make_environment() {
    python=${PYTHON:-$(find_python)} || exit 1
    quietly "making .venv" "$python" -m venv --clear .venv
}

if [ -n "${PYTHON:-}" ]; then
    wanted=$(version_of "$PYTHON") || fail "PYTHON is $PYTHON, which is no Python 3.12 or newer with its venv module."
fi
current=$(version_of .venv/bin/python)
if [ -z "$current" ] || [ "${wanted:-$current}" != "$current" ] ||
    { [ ! -f .venv/requirements.txt ] && ! .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    make_environment
fi

for lock in requirements.txt "$@"; do
    stamp=.venv/$(echo "$lock" | tr / -)  # a copy of the lock as it was last installed
    cmp -s "$lock" "$stamp" && continue
    echo "Galley: installing $lock into .venv"
    quietly "installing $lock" .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
    quietly "noting $lock" cp "$lock" "$stamp"
done
