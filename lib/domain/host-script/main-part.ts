// The order of it all.
export const mainPart = String.raw`
# --- the order of it all ---------------------------------------------------------------------------------------------

register() {
	signed registration '' ''
	[ "$STATUS" = 200 ] || refused
	if grep -q '"registered":true' "$WORK/answer"; then
		say "  Done: this host is the agent \"$(field name)\" of $PORTAL."
		return 0
	fi
	fail "The portal could not connect back: $(field problem)" "$(field hint)" \
		"It tried $ADDRESS, port $PORT. When that is mended, run: $PROGRAM"
}

read_settings() {
	if [ -s "$STATE/settings" ] && ! grep -q '^filters=yes' "$STATE/settings"; then FILTERS=''; fi
}

main() {
	BEGAN=$(date +%s)
	read_options "$@"
	[ -z "$DRY" ] || say 'Nothing is changed: this only says what would be.'
	# Only root may read what lies here.
	[ "$(id -u)" != 0 ] || read_settings
	check
	lock
	[ "$VERB" = refresh ] || find_listen
	case $VERB in
	refresh) refresh ;;
	uninstall) uninstall ;;
	add)
		can_configure
		get_certificate
		can_filter
		# First of all, so that what follows can be taken up again or taken back, whatever happens to it.
		change "Keep this script as $PROGRAM" keep_program
		[ -n "$PORT" ] || PORT=2376
		change 'Write down how Docker is restarted and where it listens' keep_settings
		configure_engine
		set_filters
		schedule
		change 'Register: the portal connects back' register
		;;
	esac
}

# At the end, so that a download that breaks off runs nothing.
main "$@"
`
