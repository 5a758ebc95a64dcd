#!/bin/sh
# as-layer.sh SCRIPT [ARGUMENT…]: runs an install script of this folder with the machine's own apt and Python index
# settings, and collects what it added or changed in /layer, as hard links. Removed files are not recorded.
set -eu
build=/tmp/berth-build
export DEBIAN_FRONTEND=noninteractive HOME=/root
export APT_CONFIG="$build/machine/apt.conf"
# shellcheck source=/dev/null
. "$build/machine/environment"

stamp=$(mktemp)
cd "$build"
script=$1
shift
sh "$build/$script" "$@"

# What serves the build alone stays here: caches, logs, and the files that Docker mounts.
cd /
find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./run -o -path ./root -o -path ./layer \
  -o -path ./var/log -o -path ./var/cache/apt -o -path ./var/cache/ldconfig -o -path ./var/lib/apt/lists -o -path ./etc/hosts \
  -o -path ./etc/hostname -o -path ./etc/resolv.conf -o -name '*-old' -path './var/*' -o -name '*.dpkg-old' \) -prune \
  -o -cnewer "$stamp" -print > "$build/changed"
mkdir /layer
# Folders first, with every folder above them, so that each keeps its owner and mode.
awk '{ while (sub("/[^/]*$", "") && $0 != "") print }' "$build/changed" | cat - "$build/changed" | sort -u |
  while IFS= read -r path; do if [ -d "$path" ] && [ ! -L "$path" ]; then printf '%s\n' "$path"; fi; done > "$build/folders"
tar -c --no-recursion -T "$build/folders" | tar -x -p -C /layer
grep -Fxv -f "$build/folders" "$build/changed" | tr '\n' '\0' | xargs -0 -r cp -l -P --parents -t /layer
# Sessions run with no-new-privileges, where a set-uid bit means nothing.
find /layer -type f -perm /6000 -exec chmod a-s {} +
echo "layer: $(wc -l < "$build/changed") files and folders, $(du -sm /layer | cut -f1) MB"
