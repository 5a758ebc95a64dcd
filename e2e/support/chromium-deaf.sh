#!/bin/sh
# Debian's Chromium, deaf to the comings and goings of network interfaces. Other tests on this machine make and remove networks all the time, and
# Chromium drops what it is loading whenever that happens (ERR_NETWORK_CHANGED). It learns of them by a netlink socket: here it gets none, and goes on
# as if nothing ever changed (net/base/address_tracker_linux.cc). A seccomp filter by bubblewrap says no; all else is the machine as it is.
set -eu
case "$(uname -m)" in
  x86_64) socket_call='\051' ;;
  aarch64) socket_call='\306' ;;
  *) exec /usr/bin/chromium "$@" ;;
esac
bwrap --dev-bind / / true 2>/dev/null || exec /usr/bin/chromium "$@"
filter=$(mktemp)
# One instruction of eight bytes a line: code, jumps, value (linux/filter.h, linux/seccomp.h).
{
  printf '\040\000\000\000\000\000\000\000'            # load the number of the call
  printf '\025\000\000\005'"$socket_call"'\000\000\000' # socket()? else allow
  printf '\040\000\000\000\020\000\000\000'            # load its family
  printf '\025\000\000\003\020\000\000\000'            # AF_NETLINK? else allow
  printf '\040\000\000\000\040\000\000\000'            # load its protocol
  printf '\025\000\000\001\000\000\000\000'            # NETLINK_ROUTE? else allow
  printf '\006\000\000\000\141\000\005\000'            # refuse: EAFNOSUPPORT
  printf '\006\000\000\000\000\000\377\177'            # allow
} >"$filter"
exec 9<"$filter"
rm -f "$filter"
exec bwrap --dev-bind / / --die-with-parent --seccomp 9 /usr/bin/chromium "$@"
