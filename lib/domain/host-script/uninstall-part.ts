// Takes everything back, in the order in which nothing is left half done.
export const uninstallPart = String.raw`
# --- taking it back --------------------------------------------------------------------------------------------------

remove_timer() {
	if [ -e "$UNIT_DIR/berth-host.timer" ] || [ -e "$UNIT_DIR/berth-host.service" ]; then
		systemctl disable --now berth-host.timer berth-host.service >/dev/null 2>&1 || true
		rm -f "$UNIT_DIR/berth-host.timer" "$UNIT_DIR/berth-host.service"
		systemctl daemon-reload
	fi
	rm -f "$CRON"
}

# The port goes first; live-restore stays for this restart, or containers would die of it.
close_port() {
	save_daemon_file
	save_drop_in
	# A run that ends before Docker was restarted is taken up by the next.
	mkdir -p "$STATE"
	: >"$STATE/closing"
	take_settings_out
	if would_be_open; then
		put_settings_back
		fail "Docker is told elsewhere to listen on a port (-H tcp://… or \"hosts\"), and would do so without TLS: everybody who reaches it would be root here." \
			'Nothing was changed. Take that out first, then run this again.'
	fi
	if [ -z "$PID" ]; then
		say '  Docker does not run, and is not started by this.'
		return 0
	fi
	restart_docker || fail 'Docker did not start.' "Its settings are in $DAEMON_FILE; its log says why."
}

# Once on, live-restore stays on for an engine that no longer reads of it: it is told.
turn_live_restore_off() {
	[ "$(info '{{.LiveRestoreEnabled}}')" = true ] || return 0
	if grep -q '"live-restore"[[:space:]]*:[[:space:]]*true' "$STATE/daemon.json.before" 2>/dev/null; then return 0; fi
	[ -e "$DAEMON_FILE" ] || return 0
	save_daemon_file
	members BUT live-restore "$DAEMON_FILE" >"$WORK/plain.json"
	printf '"live-restore": false\n' | with_lines "$WORK/plain.json" >"$WORK/off.json"
	cat "$WORK/off.json" >"$DAEMON_FILE"
	reload || warn 'live-restore is on until Docker is restarted.'
	cat "$WORK/daemon.json.former" >"$DAEMON_FILE"
}

give_back_daemon_file() {
	work_folder
	[ -z "$PID" ] || turn_live_restore_off
	if [ ! -e "$STATE/daemon.json.changed" ] && cmp -s "$STATE/daemon.json.ours" "$DAEMON_FILE"; then
		# Nobody has changed it since: it becomes again what it was, to the letter.
		if [ -e "$STATE/daemon.json.before" ]; then cat "$STATE/daemon.json.before" >"$DAEMON_FILE"; else rm -f "$DAEMON_FILE"; fi
	elif [ -s "$DAEMON_FILE" ] && ! grep -q '"live-restore"' "$STATE/daemon.json.before" 2>/dev/null; then
		edit_daemon_file members BUT live-restore
	fi
	[ -z "$PID" ] || kill -HUP "$PID"
}

# The script goes last: as long as something is left, it is there to take it back.
remove_state() { rm -rf "$STATE" "$LOCK" "$PROGRAM"; }

has_timer() { [ -e "$CRON" ] || [ -e "$UNIT_DIR/berth-host.timer" ] || [ -e "$UNIT_DIR/berth-host.service" ]; }

uninstall() {
	if [ ! -d "$STATE" ] && [ ! -e "$PROGRAM" ] && ! has_filters && ! is_configured && ! has_timer; then
		say 'There is nothing of Berth here.'
		return 0
	fi
	PORT=$(state port)
	[ -n "$PORT" ] || PORT=2376
	if has_timer; then change 'Remove the timer' remove_timer; fi
	if is_configured || [ -e "$STATE/closing" ]; then
		if [ -n "$PID" ]; then
			restart_way
			agree_to_restart
		fi
		change "Close port $PORT and restart Docker" close_port
	fi
	if [ -e "$STATE/daemon.json.before" ] || [ -e "$STATE/daemon.json.none" ]; then
		change "Give $DAEMON_FILE back as it was" give_back_daemon_file
	fi
	if has_filters; then change 'Remove the filters' remove_filters; fi
	change "Remove $STATE and $PROGRAM" remove_state
	say "Done. Remove the agent at $PORTAL/admin/agents as well; the portal cannot reach this host any more."
}
`
