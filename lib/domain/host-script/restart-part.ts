// Restarting the engine: only when containers survive or somebody agreed, and back to the former settings when it does not start.
export const restartPart = String.raw`
# --- restarting Docker -----------------------------------------------------------------------------------------------

# Without what Berth runs for a second to look at the host, which may end at any moment. Says no where Docker does not say.
running() {
	all=$(docker_ ps --no-trunc --format '{{.ID}} {{.Label "berth.kind"}}') || return 1
	printf '%s\n' "$all" | sed '/^$/d; / probe$/d; s/ .*//' | sort
}

# Before every restart: what would be stopped by it, or missed after it.
see_running() {
	work_folder
	running >"$WORK/running" || fail 'Docker did not say which containers run, so it is not restarted.' 'See what docker ps says, and run this again.'
}

would_stop() { [ "$(info '{{.LiveRestoreEnabled}}')" != true ] && [ -s "$WORK/running" ]; }

# Before every restart, and before it is asked for: somebody may have changed the settings since Docker started. The reload takes live-restore as it stands there.
check_settings() {
	if would_be_open; then
		fail 'Docker is told to listen on a port (-H tcp://… or "hosts"), and would do so without TLS: so it is not restarted.' \
			'Everybody who reaches it would be root here. Take that out, and run this again.'
	fi
	if [ -n "$DRY" ] || [ ! -e "$DAEMON_FILE" ]; then return 0; fi
	check_daemon_file "$DAEMON_FILE" 'as it is, so it is not restarted'
	reload || fail "Docker would not take $DAEMON_FILE as it is, so it is not restarted." 'Its log says why. Correct the file, and run this again.'
}

live_restore() {
	[ "$(info '{{.LiveRestoreEnabled}}')" = true ] && return 0
	if [ "$(info '{{.Swarm.LocalNodeState}}')" = active ]; then
		warn 'This engine is part of a swarm, and live-restore and swarm exclude each other.'
		return 0
	fi
	change "Turn live-restore on in $DAEMON_FILE, so that containers live on while Docker restarts" turn_live_restore_on
}

# Ends here where containers would die and nobody agrees.
agree_to_restart() {
	[ -z "$DRY" ] || return 0
	check_settings
	see_running
	would_stop || return 0
	say 'Docker must be restarted, and without live-restore these containers would be stopped by that:'
	named=$(docker_ ps --format '{{.Names}} ({{.Image}})') || named=$(cat "$WORK/running")
	printf '%s\n' "$named" | sed 's/^/  /'
	ask 'They would be stopped.'
}

restart_way() {
	if [ -z "$RESTART_COMMAND" ] && [ -s "$STATE/restart-command" ]; then RESTART_COMMAND=$(cat "$STATE/restart-command"); fi
	if [ -n "$RESTART_COMMAND" ]; then
		WAY=$RESTART_COMMAND
	elif [ -n "$SYSTEMD" ]; then
		WAY='systemctl daemon-reload && systemctl restart docker.service'
	elif [ -x /etc/init.d/docker ] && command -v service >/dev/null 2>&1; then
		WAY='service docker restart'
	else
		fail 'Without systemd or an init script, this cannot know how Docker is restarted here.' \
			'Give the command: --restart-command "…". It must stop dockerd, start it as it is started now, and return.'
	fi
}

# restart_docker: whether it runs again.
restart_docker() {
	# systemd starts a unit only so often in a minute, and refuses the start that goes back to the former settings as well.
	[ -z "$SYSTEMD" ] || systemctl reset-failed docker.service 2>/dev/null || true
	if ! timeout 600 sh -c "$WAY" 9>&- >"$WORK/restart.log" 2>&1; then
		tail -n 5 "$WORK/restart.log" >&2
		return 1
	fi
	gone=0
	for _ in $(seq 120); do
		if [ -n "$(info '{{.ServerVersion}}')" ]; then
			find_engine
			return 0
		fi
		# One that has ended does not come any more; one that is busy may take a minute.
		if engine_lives; then gone=0; else gone=$((gone + 1)); fi
		[ "$gone" -lt 10 ] || return 1
		sleep 0.5
	done
	return 1
}

engine_lives() {
	pid=$(cat /var/run/docker.pid 2>/dev/null) || return 1
	[ -n "$pid" ] && grep -q '^State:.[^ZX]' "/proc/$pid/status" 2>/dev/null
}

# Not only running: it must answer at its port with our certificate, and refuse who shows none.
is_ready() {
	for _ in $(seq 20); do
		if shows_our_certificate; then break; fi
		sleep 0.5
	done
	shows_our_certificate || return 1
	code=$(curl --silent --max-time 10 --cacert "$STATE/ca.pem" --noproxy '*' --connect-to "::$(local_address):$PORT" \
		--output /dev/null --write-out '%{http_code}' "https://$(url_host "$ADDRESS"):$PORT/_ping" 2>/dev/null) || true
	[ "$code" = 000 ]
}

url_host() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac; }

# restart_or_back HOW-TO-GO-BACK: with the containers that see_running saw, or as it was.
restart_or_back() {
	kept=$(info '{{.LiveRestoreEnabled}}') || kept=''
	if restart_docker && is_ready; then
		if ! running >"$WORK/running.now"; then
			warn 'Docker runs again, and does not say which containers run; see docker ps -a.'
		elif [ "$kept" = true ] && ! cmp -s "$WORK/running" "$WORK/running.now"; then
			warn 'Not all containers that ran before run now; see docker ps -a.'
		fi
		return 0
	fi
	if [ "$1" = true ]; then
		warn 'Docker did not come back with its certificate. It is restarted once more.'
	else
		warn 'Docker did not come back with the new settings. The former ones are put back.'
	fi
	docker_log
	# From here on nothing ends this: Docker is to be started, whatever it is started with.
	"$1" || warn 'Not all of the former settings could be put back.'
	if restart_docker; then
		[ "$1" != true ] || fail "Docker runs, and does not show the certificate of this host at port $PORT." 'What it said stands above.'
		fail 'Docker runs again as it did before; this host was not added.' 'What it said stands above.'
	fi
	fail 'Docker does not start with the former settings either.' "They are in $DAEMON_FILE again. Start Docker by hand and look into its log."
}

docker_log() {
	[ -n "$SYSTEMD" ] || return 0
	journalctl --unit docker.service --lines 8 --no-pager --output cat >&2 2>/dev/null || true
}
`
