#!/bin/sh
# install-python-packages.sh ENVIRONMENT LIST: adds exactly the packages of a list, making the environment when it is new.
set -eu
[ -x "$1/bin/python" ] || uv venv --python "$(command -v python3.11)" "$1"
uv pip install -q --no-cache --no-deps --compile-bytecode --python "$1/bin/python" -r "$2"
uv pip check --python "$1/bin/python"
