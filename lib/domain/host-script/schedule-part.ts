// The script stays on the host with a timer: filters follow the portal, and the certificate is renewed before it ends.
export const schedulePart = String.raw`
# --- timer -----------------------------------------------------------------------------------------------------------

keep_program() {
	work_folder
	portal_curl --fail --output "$WORK/program" "$PORTAL/api/v1/host/script" ||
		fail 'The script could not be fetched once more, to be kept here.' 'Run a new line of the portal here.'
	sh -n "$WORK/program" || fail 'The portal sent something else than the script.'
	mkdir -p "$(dirname "$PROGRAM")"
	put "$PROGRAM" 755 <"$WORK/program"
}

service_unit() {
	cat <<-UNIT
	[Unit]
	Description=Berth: filters and certificate of this host
	After=docker.service network-online.target
	Wants=network-online.target

	[Service]
	Type=oneshot
	TimeoutStartSec=20min
	ExecStart=$PROGRAM refresh

	[Install]
	WantedBy=multi-user.target
	UNIT
}

timer_unit() {
	cat <<-UNIT
	[Unit]
	Description=Berth: filters and certificate of this host, every five minutes

	[Timer]
	OnBootSec=30
	OnUnitActiveSec=5min

	[Install]
	WantedBy=timers.target
	UNIT
}

write_units() {
	service_unit | put "$UNIT_DIR/berth-host.service" 644
	timer_unit | put "$UNIT_DIR/berth-host.timer" 644
	# The service is not started here: what it does was just done.
	if ! { systemctl daemon-reload && systemctl enable berth-host.service berth-host.timer && systemctl restart berth-host.timer; }; then
		fail 'The timer berth-host.timer could not be switched on.' 'systemctl status berth-host.timer says why. Then run this again.'
	fi
}

# A file alone is no timer: a former run may have ended before it was switched on.
is_scheduled() {
	service_unit | cmp -s - "$UNIT_DIR/berth-host.service" && timer_unit | cmp -s - "$UNIT_DIR/berth-host.timer" || return 1
	systemctl is-enabled --quiet berth-host.service berth-host.timer && systemctl is-active --quiet berth-host.timer
}

cron_file() {
	cat <<-CRON
	# Berth: filters and certificate of this host. Written by berth-host; --uninstall removes it.
	*/5 * * * * root $PROGRAM refresh >/dev/null
	@reboot root $PROGRAM refresh >/dev/null
	CRON
}

write_cron() { cron_file | put "$CRON" 644; }

keep_settings() {
	printf 'listen=%s\nfilters=%s\n' "$LISTEN" "$FILTERS" | put "$STATE/settings" 600
	if [ -n "$RESTART_COMMAND" ]; then printf '%s\n' "$RESTART_COMMAND" | put "$STATE/restart-command" 600; fi
}

schedule() {
	if [ -d /run/systemd/system ]; then
		is_scheduled || change 'Add a systemd timer that runs it every five minutes' write_units
	elif [ -d /etc/cron.d ]; then
		cron_file | cmp -s - "$CRON" || change "Add $CRON, which runs it every five minutes" write_cron
	else
		warn "There is neither systemd nor /etc/cron.d: have \"$PROGRAM refresh\" run every five minutes yourself."
	fi
}

# What the timer runs. It changes filters and certificate, and never the script itself.
refresh() {
	HOST_ID=$(state id) ADDRESS=$(state address) PORT=$(state port)
	[ -n "$HOST_ID" ] || fail 'This host was not added.'
	work_folder
	FAILED=''
	attempt 'the renewal of the certificate' renew_if_due
	attempt 'the filters' refresh_filters
	attempt 'that Docker shows the certificate' show_certificate
	[ -z "$FAILED" ] || fail "Not done: $FAILED." 'Why stands above. The next run of the timer tries it again.'
}

# attempt WHAT COMMAND…: where it ends early, the next one is done all the same. In an "if" or before "||" the shell would go on behind what failed in it.
attempt() {
	what=$1
	shift
	set +e
	(set -e && "$@")
	code=$?
	set -e
	if [ "$code" = 0 ]; then return 0; fi
	if [ -n "$FAILED" ]; then FAILED="$FAILED, $what"; else FAILED=$what; fi
}

refresh_filters() {
	# First, since trust in the portal's next certificate comes with it.
	[ -n "$DRY" ] || fetch_addresses || warn "$(why) The filters stay as they were."
	[ -n "$FILTERS" ] || return 0
	check_engine
	check_iptables
	if [ -n "$DRY" ]; then
		say 'would: Bring the filters up to date'
	elif [ -s "$STATE/portals" ]; then
		apply_filters
	fi
}

show_certificate() {
	check_engine
	find_listen
	if shows_our_certificate; then return 0; fi
	if [ "$(cat "$STATE/restarted-for" 2>/dev/null)" = "$(fingerprint)" ]; then
		warn "Docker does not show the certificate of this host, although it was restarted for it. See how it is started, and run $PROGRAM."
		return 0
	fi
	# Before the reload, or the timer would reload every five minutes; and after it, which may have turned live-restore off.
	if waits_for_containers; then return 0; fi
	restart_way
	check_settings
	if waits_for_containers; then return 0; fi
	change 'Restart Docker, so that it shows the new certificate' restart_for_certificate
}

waits_for_containers() {
	see_running
	would_stop || return 1
	warn 'Docker does not show the new certificate: it must be restarted, and containers would be stopped by that.'
}

fingerprint() { openssl x509 -in "$STATE/cert.pem" -noout -fingerprint -sha256; }

# Once for each certificate: where that does not help, nobody wants it every five minutes.
restart_for_certificate() {
	fingerprint | put "$STATE/restarted-for" 600
	restart_or_back true
}
`
