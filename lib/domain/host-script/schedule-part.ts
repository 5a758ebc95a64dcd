// The script stays on the host with a timer: filters follow the portal, and the certificate is renewed before it ends.
export const schedulePart = String.raw`
# --- timer -----------------------------------------------------------------------------------------------------------

keep_program() {
	work_folder
	set -- --silent --show-error --fail --max-time 60 --proto "=$(printf '%s' "$PORTAL" | cut -d: -f1)" --noproxy localhost,127.0.0.1
	if [ -n "$PORTAL_CERTIFICATE" ]; then set -- "$@" --cacert "$WORK/portal.pem"; fi
	printf '%s\n' "$PORTAL_CERTIFICATE" >"$WORK/portal.pem"
	curl "$@" --output "$WORK/program" "$PORTAL/api/v1/host/script" || fail 'The script could not be fetched once more, to be kept here.'
	sh -n "$WORK/program" || fail 'The portal sent something else than the script.'
	mkdir -p "$(dirname "$PROGRAM")"
	put "$PROGRAM" 755 <"$WORK/program"
}

write_units() {
	put "$UNIT_DIR/berth-host.service" 644 <<-UNIT
	[Unit]
	Description=Berth: filters and certificate of this host
	After=docker.service network-online.target
	Wants=network-online.target

	[Service]
	Type=oneshot
	ExecStart=$PROGRAM refresh

	[Install]
	WantedBy=multi-user.target
	UNIT
	put "$UNIT_DIR/berth-host.timer" 644 <<-UNIT
	[Unit]
	Description=Berth: filters and certificate of this host, every five minutes

	[Timer]
	OnBootSec=30
	OnUnitActiveSec=5min

	[Install]
	WantedBy=timers.target
	UNIT
	systemctl daemon-reload
	systemctl enable --now berth-host.service berth-host.timer
}

write_cron() {
	put "$CRON" 644 <<-CRON
	# Berth: filters and certificate of this host. Written by berth-host; --uninstall removes it.
	*/5 * * * * root $PROGRAM refresh >/dev/null
	@reboot root $PROGRAM refresh >/dev/null
	CRON
}

keep_settings() {
	printf 'listen=%s\nfilters=%s\n' "$LISTEN" "$FILTERS" | put "$STATE/settings" 600
	if [ -n "$RESTART_COMMAND" ]; then printf '%s\n' "$RESTART_COMMAND" | put "$STATE/restart-command" 600; fi
}

schedule() {
	change "Keep this script as $PROGRAM" keep_program
	if [ -d /run/systemd/system ]; then
		[ -e "$UNIT_DIR/berth-host.timer" ] || change 'Add a systemd timer that runs it every five minutes' write_units
	elif [ -d /etc/cron.d ]; then
		[ -e "$CRON" ] || change "Add $CRON, which runs it every five minutes" write_cron
	else
		warn "There is neither systemd nor /etc/cron.d: have \"$PROGRAM refresh\" run every five minutes yourself."
	fi
}

# What the timer runs. It changes filters and certificate, and never the script itself.
refresh() {
	HOST_ID=$(state id) ADDRESS=$(state address) PORT=$(state port)
	[ -n "$HOST_ID" ] || fail 'This host was not added.'
	work_folder
	if [ -n "$FILTERS" ]; then
		fetch_addresses || warn 'The portal did not say where its gateways are; the filters stay as they were.'
		if [ -s "$STATE/portals" ]; then apply_filters; fi
	fi
	if ! openssl x509 -in "$STATE/cert.pem" -noout -checkend "$RENEW_SECONDS" >/dev/null; then
		change 'Renew the certificate' renew
	fi
	shows_our_certificate && return 0
	if [ "$(info '{{.LiveRestoreEnabled}}')" != true ] && [ -n "$(running)" ]; then
		warn 'Docker does not show the new certificate: it must be restarted, and containers would be stopped by that.'
		return 0
	fi
	restart_way
	change 'Restart Docker, so that it shows the new certificate' restart_or_back true
}
`
