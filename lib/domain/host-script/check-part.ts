// What must be there before anything is changed.
export const checkPart = String.raw`
# --- what must be there ----------------------------------------------------------------------------------------------

# An engine that hangs must not hold the timer for ever.
docker_() { timeout "$WAIT_SECONDS" docker -H "unix://$SOCKET" "$@"; }
info() { docker_ info --format "$1" 2>/dev/null; }

need() { # PROGRAM PACKAGE
	command -v "$1" >/dev/null 2>&1 || fail "$1 is not installed." "On Debian and Ubuntu: apt-get install $2"
}

check() {
	[ "$(id -u)" = 0 ] || fail 'This must run as root.' 'Put sudo before sh.'
	[ "$(uname -s)" = Linux ] || fail 'Agents run Linux.'
	need timeout coreutils
	need openssl openssl
	need curl curl
	need awk mawk
	if [ "$VERB" = uninstall ] && [ -z "$(info '{{.ServerVersion}}')" ]; then
		find_stopped_engine
		return 0
	fi
	# Each part of what the timer runs looks for itself: none waits for what another one needs.
	[ "$VERB" != refresh ] || return 0
	check_engine
	if [ -n "$FILTERS" ] && [ "$VERB" != uninstall ]; then check_iptables; fi
}

check_engine() {
	if ! command -v docker >/dev/null 2>&1 || ! command -v dockerd >/dev/null 2>&1; then
		fail 'Docker is not installed here.' \
			'On Debian and Ubuntu: apt-get install docker.io, or the packages of Docker itself (https://docs.docker.com/engine/install/).' \
			'Then run this line again.'
	fi
	version=$(info '{{.ServerVersion}}') || version=''
	[ -n "$version" ] || fail "Docker does not answer at $SOCKET." 'Start it (systemctl start docker) and run this line again.'
	major=$(printf '%s' "$version" | sed -n 's/^\([0-9][0-9]*\)\.\([0-9][0-9]*\).*/\1 \2/p')
	case $major in
	'' | [0-9]' '* | 1[0-9]' '* | '20 '[0-9]) fail "Docker $version is too old." 'Berth needs Docker 20.10 or newer.' ;;
	esac
	case $(info '{{.SecurityOptions}}') in
	*name=rootless*) fail 'This Docker is rootless.' 'Berth publishes ports and sets firewall rules: it needs the Docker Engine of the machine.' ;;
	esac
	find_engine
}

check_iptables() {
	need iptables iptables
	if has_ipv6; then need ip6tables iptables; fi
	iptables -w -n -L DOCKER-USER >/dev/null 2>&1 || fail 'Docker does not manage iptables here: there is no chain DOCKER-USER.' \
		'Without it containers cannot be kept from the host. To go without: --without-filters'
}

# How Docker was started: its process, its options, its file of settings.
find_engine() {
	PID=$(cat /var/run/docker.pid 2>/dev/null || true)
	case $PID in '' | *[!0-9]*) fail 'The process of the Docker Engine was not found (/var/run/docker.pid).' ;; esac
	tr '\0' '\n' <"/proc/$PID/cmdline" | grep -q dockerd || fail "Process $PID of /var/run/docker.pid is not dockerd."
	DAEMON_FILE=$(tr '\0' '\n' <"/proc/$PID/cmdline" | sed -n '/^--config-file$/{n;p;};s/^--config-file=//p')
	[ -n "$DAEMON_FILE" ] || DAEMON_FILE=/etc/docker/daemon.json
	HOST_OPTION=''
	if tr '\0' '\n' <"/proc/$PID/cmdline" | grep -qE '^(-H|--host)'; then HOST_OPTION=yes; fi
	# Kept for when it has ended.
	STARTED_WITH=$(tr '\0' ' ' <"/proc/$PID/cmdline")
	find_systemd
}

# What is taken back is taken back from an engine that does not run, too.
find_stopped_engine() {
	warn "Docker does not answer at $SOCKET. What Berth has set is taken back all the same."
	PID='' HOST_OPTION='' STARTED_WITH=''
	DAEMON_FILE=$(cat "$STATE/daemon.json.place" 2>/dev/null || echo /etc/docker/daemon.json)
	find_systemd
}

find_systemd() {
	SYSTEMD=''
	if [ -d /run/systemd/system ] && systemctl cat docker.service >/dev/null 2>&1; then SYSTEMD=yes; fi
}
`
