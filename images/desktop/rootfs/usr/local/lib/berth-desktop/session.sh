#!/bin/bash
# The XFCE session, started again when it ends: "Log out" in the menu gives a fresh one instead of an empty screen.
set -u
export XDG_CURRENT_DESKTOP=XFCE DESKTOP_SESSION=xfce XDG_SESSION_TYPE=x11 XDG_CONFIG_DIRS=/etc/xdg XDG_MENU_PREFIX=xfce-
export XDG_DATA_DIRS=/usr/local/share:/usr/share NO_AT_BRIDGE=1 GTK_A11Y=none SESSION_MANAGER=
unset VNCOPTIONS BERTH_PORTAL_ORIGINS

# The desktop's own colour from the first frame on, before XFCE draws over it.
xsetroot -solid '#23364d' -cursor_name left_ptr

if [ -f "$STARTUPDIR/custom_startup.sh" ]; then bash "$STARTUPDIR/custom_startup.sh" & fi

while :; do
  started=$SECONDS
  dbus-run-session -- xfce4-session >/tmp/.berth-desktop/session.log 2>&1
  [ $((SECONDS - started)) -ge 3 ] || sleep 3
done
