#!/bin/sh
# The geographic part, off unless GEO=1.
set -eu
# Older engines cannot stack a layer on one that is empty, so this one never is.
mkdir -p /usr/local/share/desktop-ml
echo "${GEO:-0}" > /usr/local/share/desktop-ml/geo
[ "${GEO:-0}" = 1 ] || exit 0
apt-get update -q
apt-get install -q -y --no-install-recommends gdal-bin python3-gdal qgis
