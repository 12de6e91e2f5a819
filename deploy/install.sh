#!/bin/sh
# install.sh DEST: a virtual environment in DEST with dyadwire and what it needs to run, nothing else, from the lock file.
# The Dockerfile runs it, and so can a machine without containers.
set -eu
dest=$1
project=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}

"$python" -m venv "$dest"
"$python" "$project/deploy/runtime_lock.py" > "$dest/runtime.lock"
"$dest/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-compile --require-hashes --requirement "$dest/runtime.lock"
"$dest/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation "$project"
"$dest/bin/pip" check
"$dest/bin/dyadwire" --version
