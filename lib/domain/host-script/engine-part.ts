// Docker's port: mutual TLS in daemon.json or in a drop-in, depending on how Docker is started.
export const enginePart = String.raw`
# --- Docker's port ---------------------------------------------------------------------------------------------------

configure_engine() {
	if is_configured; then
		if [ -n "$DRY" ] || shows_our_certificate; then
			say 'Docker listens with mutual TLS.'
			return 0
		fi
		restart_way
		agree_to_restart
		change 'Restart Docker, so that it shows its certificate' restart_or_back true
		return 0
	fi
	may_configure
	restart_way
	live_restore
	agree_to_restart
	if [ -n "$HOST_OPTION" ]; then
		change "Write $DROP_IN: Docker listens on port $PORT with mutual TLS, beside its socket" write_drop_in
		change 'Restart Docker' restart_or_back remove_drop_in
	else
		change "Put hosts and TLS into $DAEMON_FILE: Docker listens on port $PORT with mutual TLS, beside its socket" write_tls_lines
		change 'Restart Docker' restart_or_back restore_daemon_file
	fi
}

is_configured() {
	if [ -e "$DROP_IN" ]; then return 0; fi
	[ -s "$DAEMON_FILE" ] && grep -qF "\"$STATE/cert.pem\"" "$DAEMON_FILE"
}

# What somebody has set by hand is not guessed at.
may_configure() {
	if daemon_file_has 'tls|tlsverify|tlscacert|tlscert|tlskey'; then
		fail "TLS is set in $DAEMON_FILE already." "Add this host by hand at $PORTAL/admin/agents/new, or take these lines out first."
	fi
	if daemon_file_has hosts; then
		fail "\"hosts\" is set in $DAEMON_FILE already." "Take it out (Docker then listens on $SOCKET), restart Docker, and run this again."
	fi
	if tr '\0' '\n' <"/proc/$PID/cmdline" | grep -qE '^--tls'; then
		fail 'Docker is started with TLS options already.' "Add this host by hand at $PORTAL/admin/agents/new."
	fi
	if tr '\0' '\n' <"/proc/$PID/cmdline" | grep -qE '^(-H=?|--host=?)?tcp://'; then
		fail 'Docker listens on a port without TLS: whoever reaches it is root here.' 'Take that option (-H tcp://…) out, restart Docker, and run this again.'
	fi
	if [ -n "$HOST_OPTION" ] && [ -z "$SYSTEMD" ]; then
		fail 'Docker is started with -H or --host, and not by systemd.' \
			'Take that option out of its start (its socket is the default), restart Docker, and run this again.'
	fi
}

write_tls_lines() {
	save_daemon_file
	tls_lines | edit_daemon_file with_lines
	# Before Docker 23, a reload is the way to see whether it would take the file; it changes nothing about the port yet.
	if ! reload; then
		restore_daemon_file
		fail "Docker would not take $DAEMON_FILE as it would become, so it is as it was." 'There may be a mistake in it from before. The log of Docker says which.'
	fi
}

write_drop_in() {
	start=$(systemctl cat docker.service | sed -n 's/^ExecStart=\(..*\)/\1/p' | tail -n 1)
	case $start in
	*dockerd*\\ | '') fail 'The ExecStart of docker.service has a form that this does not understand.' "Add this host by hand at $PORTAL/admin/agents/new." ;;
	esac
	mkdir -p "$(dirname "$DROP_IN")"
	{
		printf '# Written by berth-host. --uninstall removes it.\n[Service]\nExecStart=\n'
		printf 'ExecStart=%s -H tcp://%s:%s --tlsverify --tlscacert=%s/ca.pem --tlscert=%s/cert.pem --tlskey=%s/key.pem\n' \
			"$start" "$(listen_host)" "$PORT" "$STATE" "$STATE" "$STATE"
	} | put "$DROP_IN" 644
}

remove_drop_in() { rm -f "$DROP_IN"; }
`
