// What the script says of itself, its options, and how it speaks. (No `${` in any part: these are shell, kept in template strings.)
export const framePart = String.raw`
#!/bin/sh
# Makes this machine's Docker Engine an agent of a Berth portal.
#
#   sh berth-host [--token TOKEN] [--dry-run] [--yes] [--listen ADDRESS] [--restart-command COMMAND] [--without-filters]
#   sh berth-host --uninstall [--dry-run] [--yes] [--restart-command COMMAND]
#   sh berth-host refresh          what its timer runs: filters up to date, certificate renewed before it ends
#
# What it changes:
#   /etc/docker/berth/             key (made here, never leaves), certificates, what was there before
#   /etc/docker/daemon.json        live-restore; and, where Docker is started without -H, hosts and TLS
#   docker.service.d/zz-berth-host.conf   hosts and TLS, where systemd starts Docker with -H
#   iptables, ip6tables            the chains BERTH-INPUT and BERTH-FORWARD, with one jump to each
#   /usr/local/sbin/berth-host     this script, and a timer (or /etc/cron.d/berth-host) that runs it every five minutes
# Running it again changes only what is not yet so. --dry-run shows every change and makes none. --uninstall takes all of it back.
set -eu
export LC_ALL=C
# cron's has none of the folders that dockerd and iptables are in.
export PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin"
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH

@SETTINGS@
STATE=/etc/docker/berth
PROGRAM=/usr/local/sbin/berth-host
SOCKET=/var/run/docker.sock
UNIT_DIR=/etc/systemd/system
# The last of its folder: of several start lines the last one counts.
DROP_IN=$UNIT_DIR/docker.service.d/zz-berth-host.conf
FORMER_DROP_IN=$UNIT_DIR/docker.service.d/berth.conf
CRON=/etc/cron.d/berth-host
LOCK=/var/run/berth-host.lock
RENEW_SECONDS=$((60 * 86400))
WAIT_SECONDS=60

VERB=add TOKEN='' DRY='' YES='' LISTEN='' RESTART_COMMAND='' FILTERS=yes WORK=''

usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" 2>/dev/null || true; }

say() { printf '%s\n' "$*"; }
warn() { printf 'Warning: %s\n' "$*" >&2; }
fail() {
	printf 'Stopped: %s\n' "$1" >&2
	shift
	for line in "$@"; do printf '  %s\n' "$line" >&2; done
	exit 1
}

# change WHAT COMMAND…: the only way in which anything is changed.
change() {
	if [ -n "$DRY" ]; then
		say "would: $1"
		return 0
	fi
	say "$1"
	shift
	"$@"
}

# Files are put in place in one step, readable by root alone.
put() { # FILE MODE, content on stdin
	(umask 077 && cat >"$1.new") && chmod "$2" "$1.new" && mv "$1.new" "$1"
}

work_folder() {
	[ -n "$WORK" ] && return 0
	WORK=$(mktemp -d)
	trap 'rm -rf "$WORK"' EXIT
	trap 'exit 1' INT TERM HUP
}

# One run at a time. The timer's makes way and comes again; what is started here must not keep the lock (9>&-).
lock() {
	if [ -n "$DRY" ] || ! command -v flock >/dev/null 2>&1; then return 0; fi
	exec 9>"$LOCK"
	if [ "$VERB" = refresh ]; then
		flock -n 9 || exit 0
	else
		flock -w "$WAIT_SECONDS" 9 || fail 'Another run of berth-host is at work here.' 'Wait until it has ended, and run this again.'
	fi
}

ask() {
	[ -n "$YES" ] && return 0
	if ! (: </dev/tty) 2>/dev/null; then
		fail "$1" 'There is nobody to ask here. Run it again with --yes if that is right.'
	fi
	printf '%s Go on? [y/N] ' "$1" >/dev/tty
	read -r answer </dev/tty
	case $answer in y | Y | yes) ;; *) fail 'Nothing more was changed.' ;; esac
}

read_options() {
	while [ $# -gt 0 ]; do
		case $1 in
		refresh) VERB=refresh ;;
		--uninstall) VERB=uninstall ;;
		--dry-run) DRY=yes ;;
		--yes) YES=yes ;;
		--without-filters) FILTERS='' ;;
		--help | -h)
			usage
			exit 0
			;;
		--token | --listen | --restart-command)
			[ $# -ge 2 ] || fail "$1 needs a value."
			case $1 in
			--token) TOKEN=$2 ;;
			--listen)
				case $2 in '' | *[!0-9a-fA-F.:]*) fail '--listen needs an IP address of this machine.' ;; esac
				LISTEN=$2
				;;
			--restart-command) RESTART_COMMAND=$2 ;;
			esac
			shift
			;;
		*) fail "There is no option $1." 'See the head of the script.' ;;
		esac
		shift
	done
	case $TOKEN in *[!A-Za-z0-9_-]*) fail 'The token has characters that no token has.' ;; esac
}
`
