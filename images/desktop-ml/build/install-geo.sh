#!/bin/sh
# The geographic part, off unless GEO=1.
set -eu
# Older engines cannot stack a layer on one that is empty, so this one never is.
mkdir -p /usr/local/share/desktop-ml
echo "${GEO:-0}" > /usr/local/share/desktop-ml/geo
[ "${GEO:-0}" = 1 ] || exit 0
apt-get update -q
apt-get install -q -y --no-install-recommends gdal-bin python3-gdal qgis

# Wheels with libraries of their own, for notebooks; `python3-gdal` is of the system's Python, which QGIS uses.
sh install-python-packages.sh /opt/ml geo.txt
# QGIS looks for its Python on the path, where /opt/ml, which has not what it needs, comes first. Debian's script before
# qgis_process gives it an option that it does not know.
for program in qgis qgis_process.bin; do
  printf '#!/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin exec /usr/bin/%s "$@"\n' "$program" \
    > "/usr/local/bin/${program%.bin}"
  chmod 755 "/usr/local/bin/${program%.bin}"
done
