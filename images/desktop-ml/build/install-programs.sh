#!/bin/sh
# Programs with windows: editor, browser, players and viewers.
set -eu
apt-get update -q
# shellcheck disable=SC2046 # one package per word
apt-get install -q -y --no-install-recommends $(grep -v '^#' program-packages.txt)

# Ubuntu's firefox is a snap, which does not run in a container: Mozilla's own packages instead.
if ! apt-cache show firefox-esr > /dev/null 2>&1; then
  install -d -m 0755 /etc/apt/keyrings
  curl -fsSL https://packages.mozilla.org/apt/repo-signing-key.gpg -o /etc/apt/keyrings/packages.mozilla.org.asc
  echo 'deb [signed-by=/etc/apt/keyrings/packages.mozilla.org.asc] https://packages.mozilla.org/apt mozilla main' \
    > /etc/apt/sources.list.d/mozilla.list
  apt-get update -q
fi
apt-get install -q -y --no-install-recommends firefox-esr
