// Docker's port: mutual TLS in daemon.json or in a drop-in, depending on how Docker is started.
export const enginePart = String.raw`
# --- Docker's port ---------------------------------------------------------------------------------------------------

configure_engine() {
	if is_configured && written_ports | grep -qxF "tcp://$(listen_host):$PORT"; then
		if [ -n "$DRY" ] || shows_our_certificate; then
			say 'Docker listens with mutual TLS.'
			return 0
		fi
		restart_way
		agree_to_restart
		change 'Restart Docker, so that it shows its certificate' restart_or_back back_to_socket
		return 0
	fi
	restart_way
	live_restore
	agree_to_restart
	if our_drop_in >/dev/null || { [ -n "$HOST_OPTION" ] && ! in_daemon_file; }; then
		change "Write $DROP_IN: Docker listens on port $PORT with mutual TLS, beside its socket" write_drop_in
		change 'Restart Docker' restart_or_back restore_drop_in
	else
		change "Put hosts and TLS into $DAEMON_FILE: Docker listens on port $PORT with mutual TLS, beside its socket" write_tls_lines
		change 'Restart Docker' restart_or_back restore_daemon_file
	fi
}

# Ours by what it says: an administrator may have a file of that name.
our_drop_in() {
	for file in "$DROP_IN" "$FORMER_DROP_IN"; do
		if grep -qs '^# Written by berth-host' "$file"; then
			printf '%s' "$file"
			return 0
		fi
	done
	return 1
}

in_daemon_file() { [ -s "$DAEMON_FILE" ] && members ONLY tlscert "$DAEMON_FILE" | grep -qF "\"$STATE/cert.pem\""; }

is_configured() { our_drop_in >/dev/null || in_daemon_file; }

# The ports that Docker is told to open, by what is written.
written_ports() {
	if file=$(our_drop_in); then
		cat "$file"
	elif in_daemon_file; then
		members ONLY hosts "$DAEMON_FILE"
	fi | grep -oE 'tcp://[^" ,]+' || true
}

# What is written counts, then what was asked for in a run that did not get so far.
find_listen() {
	[ -n "$LISTEN" ] || LISTEN=$(written_ports | sed -n '1{s#^tcp://##;s#:[0-9]*$##;s#[][]##g;p;}')
	[ -n "$LISTEN" ] || LISTEN=$(sed -n 's/^listen=//p' "$STATE/settings" 2>/dev/null || true)
	[ -n "$LISTEN" ] || LISTEN=0.0.0.0
}

# Before a token is used up: what would end this later ends it now.
can_configure() {
	is_configured || may_configure
	restart_way
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
	if would_be_open; then
		fail 'Docker is told to listen on a port without TLS when it starts next: whoever reaches it would be root here.' \
			'Take that option (-H tcp://…) out, and run this again.'
	fi
	[ -n "$HOST_OPTION" ] || return 0
	if [ -z "$SYSTEMD" ]; then
		fail 'Docker is started with -H or --host, and not by systemd.' \
			'Take that option out of its start (its socket is the default), restart Docker, and run this again.'
	fi
	may_continue "$(start_line)"
}

# Ours in place of what was ours.
put_tls_lines() {
	tls_lines >"$WORK/tls-lines"
	members BUT "$OUR_KEYS" "$1" >"$WORK/bare.json" && with_lines "$WORK/bare.json" <"$WORK/tls-lines"
}

write_tls_lines() {
	save_daemon_file
	edit_daemon_file put_tls_lines
	# Before Docker 23, a reload is the way to see whether it would take the file; it changes nothing about the port yet.
	if ! reload; then
		restore_daemon_file
		fail "Docker would not take $DAEMON_FILE as it would become, so it is as it was." 'There may be a mistake in it from before. The log of Docker says which.'
	fi
}

# The start line of Docker as it is without ours.
start_line() {
	systemctl cat docker.service | awk -v ours="$(our_drop_in || true)" '/^# \// { skip = $2 == ours } !skip { print }' |
		sed -n 's/^ExecStart=\(..*\)/\1/p' | tail -n 1
}

may_continue() {
	case $1 in
	*dockerd*\\ | '') fail 'The ExecStart of docker.service has a form that this does not understand.' "Add this host by hand at $PORTAL/admin/agents/new." ;;
	esac
}

write_drop_in() {
	save_drop_in
	start=$(start_line)
	may_continue "$start"
	mkdir -p "$(dirname "$DROP_IN")"
	{
		printf '# Written by berth-host. --uninstall removes it.\n[Service]\nExecStart=\n'
		printf 'ExecStart=%s -H tcp://%s:%s --tlsverify --tlscacert=%s/ca.pem --tlscert=%s/cert.pem --tlskey=%s/key.pem\n' \
			"$start" "$(listen_host)" "$PORT" "$STATE" "$STATE" "$STATE"
	} >"$WORK/drop-in"
	remove_drop_in
	put "$DROP_IN" 644 <"$WORK/drop-in"
}

remove_drop_in() { while file=$(our_drop_in); do rm -f "$file"; done; }

save_drop_in() {
	work_folder
	rm -f "$WORK/drop-in.former"
	if file=$(our_drop_in); then cp "$file" "$WORK/drop-in.former"; fi
}

restore_drop_in() {
	remove_drop_in
	if [ -e "$WORK/drop-in.former" ]; then put "$DROP_IN" 644 <"$WORK/drop-in.former"; fi
}

take_settings_out() {
	if in_daemon_file; then edit_daemon_file members BUT "$OUR_KEYS"; fi
	remove_drop_in
}

# As take_settings_out, for a Docker that may not run: what cannot be taken out stays, and all of it where it is what keeps a port closed.
back_to_socket() {
	save_daemon_file
	save_drop_in
	if in_daemon_file && members BUT "$OUR_KEYS" "$DAEMON_FILE" >"$WORK/daemon.json"; then write_daemon_file "$WORK/daemon.json"; fi
	remove_drop_in
	would_be_open || return 0
	put_settings_back
	warn 'Docker is told elsewhere to listen on a port, and would do so without TLS: the settings with TLS stay.'
}

put_settings_back() {
	if [ -e "$WORK/daemon.json.former" ]; then restore_daemon_file; fi
	restore_drop_in
}

# The start line that counts, ours among them, on one line.
next_start_line() { systemctl cat docker.service | sed -e ':a' -e '/\\$/{N;s/\\\n/ /;ba' -e '}' | sed -n 's/^ExecStart=\(..*\)/\1/p' | tail -n 1; }

# Whether Docker, started as it is set now, would listen to everybody: then it is not restarted. An address without a scheme is a port, too.
would_be_open() {
	work_folder
	if [ -n "$SYSTEMD" ]; then next_start_line; else printf '%s\n' "$STARTED_WITH"; fi >"$WORK/start"
	: >"$WORK/file"
	if [ -s "$DAEMON_FILE" ]; then members ONLY 'hosts tlsverify' "$DAEMON_FILE" >"$WORK/file"; fi
	{
		grep -oE '[[:space:]](-H[=[:space:]]*|--host[=[:space:]]+)[^[:space:]]+' "$WORK/start"
		grep -oE '"[^"]*"' "$WORK/file" | grep -vE '^"(hosts|tlsverify)"$'
	} | grep -qvE '(unix|fd)://' || return 1
	if grep -q -- '--tlsverify' "$WORK/start" || grep -qE '"tlsverify"[[:space:]]*:[[:space:]]*true' "$WORK/file"; then return 1; fi
}
`
