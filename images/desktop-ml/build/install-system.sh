#!/bin/sh
# Tools, compilers, libraries, uv, and the Python that every environment here and in people's homes stands on.
set -eu
uv_version=0.13.9
python_version=3.11

apt-get update -q
# shellcheck disable=SC2046 # one package per word
apt-get install -q -y --no-install-recommends $(grep -v '^#' system-packages.txt)
git lfs install --system --skip-repo

python3 -m venv /opt/uv
/opt/uv/bin/pip install -q --no-cache-dir "uv==$uv_version"
ln -sf /opt/uv/bin/uv /opt/uv/bin/uvx /usr/local/bin/

# Debian 12's own is /usr/bin/python3.11. Ubuntu 22.04 has only a candidate of it, so there uv brings the finished one.
# Environments in people's homes point at this path: it must stay the same from image to image.
if [ "$(. /etc/os-release; echo "$ID")" != debian ]; then
  uv python install --install-dir /opt/python "$python_version"
  ln -sf "$(UV_PYTHON_INSTALL_DIR=/opt/python uv python find --managed-python "$python_version")" "/usr/local/bin/python$python_version"
fi

# CUDA's libraries, where the base brings them.
if [ -d /usr/local/cuda/lib64 ]; then
  echo /usr/local/cuda/lib64 > /etc/ld.so.conf.d/cuda.conf
  ldconfig
fi
