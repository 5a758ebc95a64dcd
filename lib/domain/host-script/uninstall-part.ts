// Takes everything back, in the order in which nothing is left half done.
export const uninstallPart = String.raw`
# --- taking it back --------------------------------------------------------------------------------------------------

remove_timer() {
	if [ -e "$UNIT_DIR/berth-host.timer" ]; then
		systemctl disable --now berth-host.timer berth-host.service >/dev/null 2>&1 || true
		rm -f "$UNIT_DIR/berth-host.timer" "$UNIT_DIR/berth-host.service"
		systemctl daemon-reload
	fi
	rm -f "$CRON"
}

# The port goes first; live-restore stays for this restart, or containers would die of it.
close_port() {
	save_daemon_file
	remove_drop_in
	if grep -qF "\"$STATE/cert.pem\"" "$DAEMON_FILE" 2>/dev/null; then tls_lines | edit_daemon_file without_lines; fi
	work_folder
	restart_docker || fail 'Docker did not start.' "Its settings are in $DAEMON_FILE; its log says why."
}

# Once on, live-restore stays on for an engine that no longer reads of it: it is told.
turn_live_restore_off() {
	[ "$(info '{{.LiveRestoreEnabled}}')" = true ] || return 0
	if grep -q '"live-restore"[[:space:]]*:[[:space:]]*true' "$STATE/daemon.json.before" 2>/dev/null; then return 0; fi
	save_daemon_file
	live_restore_line | without_lines "$DAEMON_FILE" >"$WORK/plain.json"
	if daemon_file_has live-restore && grep -q '"live-restore"' "$WORK/plain.json"; then return 0; fi
	printf '"live-restore": false\n' | with_lines "$WORK/plain.json" >"$WORK/off.json"
	cat "$WORK/off.json" >"$DAEMON_FILE"
	reload || warn 'live-restore is on until Docker is restarted.'
	cat "$WORK/daemon.json.former" >"$DAEMON_FILE"
}

give_back_daemon_file() {
	work_folder
	turn_live_restore_off
	if [ ! -e "$STATE/daemon.json.changed" ] && cmp -s "$STATE/daemon.json.ours" "$DAEMON_FILE"; then
		# Nobody has changed it since: it becomes again what it was, to the letter.
		if [ -e "$STATE/daemon.json.before" ]; then cat "$STATE/daemon.json.before" >"$DAEMON_FILE"; else rm -f "$DAEMON_FILE"; fi
	elif [ -s "$DAEMON_FILE" ] && ! grep -q '"live-restore"' "$STATE/daemon.json.before" 2>/dev/null; then
		live_restore_line | edit_daemon_file without_lines
	fi
	kill -HUP "$PID"
}

remove_state() { rm -rf "$STATE" "$PROGRAM"; }

uninstall() {
	if [ ! -d "$STATE" ] && [ ! -e "$PROGRAM" ] && ! has_filters; then
		say 'There is nothing of Berth here.'
		return 0
	fi
	PORT=$(state port)
	[ -n "$PORT" ] || PORT=2376
	if [ -e "$CRON" ] || [ -e "$UNIT_DIR/berth-host.timer" ]; then change 'Remove the timer' remove_timer; fi
	if is_configured; then
		restart_way
		agree_to_restart
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
