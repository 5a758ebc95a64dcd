#!/bin/sh
# The geographic part, off unless GEO=1.
set -eu
[ "${GEO:-0}" = 1 ] || exit 0
apt-get update -q
apt-get install -q -y --no-install-recommends gdal-bin python3-gdal qgis
