#!/bin/sh
# Installs the desktop into the build stage. Debian's dependencies would bring a software GL stack with LLVM, a C
# preprocessor, numpy and a full Perl, four times the size of what is used. They are kept out without lying to dpkg:
# - Xvnc, websockify and the GL dispatch library are unpacked from their packages without being registered, so that
#   installing the real ones in a derived image just works;
# - a stub package stands in for `cpp`, which x11-xserver-utils wants only for xrdb's includes. Asking for `cpp` by
#   name, or for gcc, installs the real one.
set -eu
build=/tmp/berth-build
export DEBIAN_FRONTEND=noninteractive
# The machine's own mirror and proxy settings, for this stage only.
[ ! -f "$build/apt/apt.conf" ] || export APT_CONFIG="$build/apt/apt.conf"

# The same exclusions as debian:*-slim, whatever the base was made with.
cat > /etc/dpkg/dpkg.cfg.d/berth-slim <<'EOF'
path-exclude=/usr/share/man/*
path-exclude=/usr/share/info/*
path-exclude=/usr/share/locale/*
path-exclude=/usr/share/help/*
path-exclude=/usr/share/lintian/*
path-exclude=/usr/share/doc/*
path-include=/usr/share/doc/*/copyright
EOF

apt-get update -q
apt-get upgrade -q -y

stub=$build/stub
mkdir -p "$stub/DEBIAN"
cat > "$stub/DEBIAN/control" <<'EOF'
Package: berth-without-cpp
Version: 1
Architecture: all
Maintainer: Berth
Provides: cpp
Description: stands in for the C preprocessor
 x11-xserver-utils depends on cpp only for the includes of xrdb. Install cpp to have the real one.
EOF
dpkg-deb --build "$stub" "$build/berth-without-cpp.deb" > /dev/null
dpkg -i "$build/berth-without-cpp.deb"

# shellcheck disable=SC2046 # one package per word
apt-get install -q -y --no-install-recommends $(grep -v '^#' "$build/packages.txt")

# Owned by apt's download user, which would otherwise complain.
install -d -o _apt "$build/debs"
cd "$build/debs"
# shellcheck disable=SC2046
apt-get download -q $(grep -v '^#' "$build/unpacked-packages.txt")
for deb in *.deb; do
  # --keep-directory-symlink: a package that ships ./lib/… would otherwise replace the link /lib by a directory.
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C / --keep-directory-symlink --no-overwrite-dir \
    --exclude='./usr/share/man' --exclude='./lib/systemd' --exclude='./usr/share/doc/*/[!c]*'
done
cd /
ln -sf Xtigervnc /usr/bin/Xvnc
if ldd /usr/bin/Xvnc | grep 'not found'; then
  echo 'Xvnc lacks the libraries above: name their packages in images/desktop/build/packages.txt' >&2
  exit 1
fi
python3 -m compileall -q /usr/lib/python3/dist-packages/websockify

groupadd -g 1000 kasm-user
useradd -u 1000 -g 1000 -M -d /home/kasm-user -s /bin/bash kasm-user
install -d -o 1000 -g 1000 -m 0755 /home/kasm-user
install -d -o 1000 -g 1000 -m 0755 /home/kasm-default-profile
cp -r /etc/skel/. /home/kasm-default-profile/
for folder in Desktop Documents Downloads Uploads; do mkdir -p /home/kasm-default-profile/$folder; done
chown -R 1000:1000 /home/kasm-default-profile
install -d -m 0755 /dockerstartup

# Nothing in a desktop that always runs with no-new-privileges needs a set-uid bit.
find / -xdev -type f -perm /6000 -exec chmod a-s {} +

# Leave Debian's own sources, whatever the packages came from.
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/99mmdebstrap
cat > /etc/apt/sources.list.d/debian.sources <<'EOF'
Types: deb
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
EOF
apt-get clean
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/cache/ldconfig/* /var/log/* /etc/machine-id
find / -xdev -name __pycache__ -path '/usr/lib/python3*/test/*' -prune -exec rm -rf {} +
rm -rf "$build"
