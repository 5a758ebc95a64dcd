#!/bin/sh
# Our own files, and what a new user finds on the desktop.
set -eu
cp -r --no-preserve=ownership rootfs/. /
# Debian's smallest vim calls itself vi only, and its menu entry does not know.
command -v vim > /dev/null || ln -s /usr/bin/vim.tiny /usr/local/bin/vim
# Where the base has a library path of its own, the system's Qt comes before the one that Spyder brings, and ends it.
cat > /usr/local/bin/spyder <<'SCRIPT'
#!/bin/sh
qt=/opt/spyder/lib/python3.11/site-packages/PyQt5/Qt5/lib
[ -z "${LD_LIBRARY_PATH:-}" ] || export LD_LIBRARY_PATH="$qt:$LD_LIBRARY_PATH"
exec /opt/spyder/bin/spyder "$@"
SCRIPT
chmod 755 /usr/local/bin/spyder
desktop=/home/kasm-default-profile/Desktop
mkdir -p "$desktop"
# QGIS, when the geographic part is there.
{ grep -v '^#' desktop-icons.txt; ls /usr/share/applications/org.qgis.qgis.desktop 2> /dev/null || true; } |
  while read -r entry; do
    [ -e "$entry" ] || { echo "There is no $entry." >&2; exit 1; }
    ln -sf "$entry" "$desktop/"
  done
# The links are read-only on purpose: no lock and arrow over every icon.
for size in 8 16 22 24 32 48; do
  for emblem in readonly symbolic-link; do
    install -D -m 0644 blank.png "/usr/local/share/icons/Adwaita/${size}x$size/emblems/emblem-$emblem.png"
  done
done
chown -hR 1000:1000 /home/kasm-default-profile
