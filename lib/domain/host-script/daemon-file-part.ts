// Edits of daemon.json without a JSON program: whole lines are put after the first brace, and taken out again by their names.
export const daemonFilePart = String.raw`
# --- daemon.json -----------------------------------------------------------------------------------------------------

daemon_file_has() { [ -s "$DAEMON_FILE" ] && grep -qE "\"($1)\"[[:space:]]*:" "$DAEMON_FILE"; }

# with_lines FILE: the file with the lines of stdin as its first members.
with_lines() {
	cat >"$WORK/lines"
	awk -v lines="$WORK/lines" '
		{ text = text $0 "\n" }
		END {
			rest = ""
			if (match(text, /^[ \t\r\n]*\{/)) rest = substr(text, RLENGTH + 1)
			else if (text !~ /^[ \t\r\n]*$/) exit 3
			sub(/^[ \t\r]*\n/, "", rest)
			while ((getline line < lines) > 0) all[++n] = line
			print "{"
			isEmpty = rest ~ /^[ \t\r\n]*(\}[ \t\r\n]*)?$/
			for (i = 1; i <= n; i++) print "  " all[i] (isEmpty && i == n ? "" : ",")
			if (isEmpty) print "}"
			else printf "%s", rest
		}' "$1"
}

# members ONLY|BUT "KEY KEY…" FILE: the file with only those members, or with all but those, however it is laid out.
members() {
	awk -v how="$1" -v keys=" $2 " '
		{ text = text $0 "\n" }
		function take(member,   key) {
			key = member
			sub(/^[ \t\r\n]*"/, "", key)
			sub(/".*/, "", key)
			if (member ~ /[^ \t\r\n]/ && (index(keys, " " key " ") > 0) == (how == "ONLY")) kept = kept (count++ ? "," : "") member
		}
		END {
			if (text !~ /[^ \t\r\n]/) text = "{}\n"
			open = index(text, "{")
			if (!open || substr(text, 1, open - 1) ~ /[^ \t\r\n]/) exit 3
			depth = 1
			for (at = open + 1; at <= length(text) && depth > 0; at++) {
				c = substr(text, at, 1)
				if (quoted) {
					if (c == "\\") { member = member c; c = substr(text, ++at, 1) }
					else if (c == "\"") quoted = 0
				}
				else if (c == "\"") quoted = 1
				else if (c ~ /[{[]/) depth++
				else if (c ~ /[]}]/ && --depth == 0) break
				else if (c == "," && depth == 1) { take(member); member = ""; continue }
				member = member c
			}
			if (depth != 0) exit 3
			# What stands before the closing brace is kept with the last member, and belongs to whichever is last now.
			match(member, /[ \t\r\n]*$/)
			end = substr(member, RSTART)
			take(substr(member, 1, RSTART - 1))
			printf "%s%s%s%s", substr(text, 1, open), kept, end, substr(text, at)
		}' "$3"
}

# Ours by name, not by what they say: somebody may have laid them out anew, or changed them.
OUR_KEYS='hosts tlsverify tlscacert tlscert tlskey'

live_restore_line() { printf '"live-restore": true\n'; }

tls_lines() {
	printf '"hosts": ["unix://%s", "tcp://%s:%s"]\n' "$SOCKET" "$(listen_host)" "$PORT"
	printf '"tlsverify": true\n"tlscacert": "%s/ca.pem"\n"tlscert": "%s/cert.pem"\n"tlskey": "%s/key.pem"\n' "$STATE" "$STATE" "$STATE"
}

listen_host() { case $LISTEN in *:*) printf '[%s]' "$LISTEN" ;; *) printf '%s' "$LISTEN" ;; esac; }

# What was there before the first change, for --uninstall. A file that was not there is remembered as such.
remember_daemon_file() {
	[ -e "$STATE/daemon.json.before" ] || [ -e "$STATE/daemon.json.none" ] && return 0
	(umask 077 && mkdir -p "$STATE")
	printf '%s\n' "$DAEMON_FILE" | put "$STATE/daemon.json.place" 600
	if [ -e "$DAEMON_FILE" ]; then
		cp -p "$DAEMON_FILE" "$STATE/daemon.json.before.new"
		mv "$STATE/daemon.json.before.new" "$STATE/daemon.json.before"
	else
		: >"$STATE/daemon.json.none"
	fi
}

# edit_daemon_file EDIT…, which is given the file. Says no where that is not an object.
edit_daemon_file() {
	work_folder
	remember_daemon_file
	mkdir -p "$(dirname "$DAEMON_FILE")"
	[ -e "$DAEMON_FILE" ] || printf '{}\n' >"$DAEMON_FILE"
	"$@" "$DAEMON_FILE" >"$WORK/daemon.json" || fail "$DAEMON_FILE is not a JSON object." 'Correct it by hand and run this again.'
	check_daemon_file "$WORK/daemon.json" 'as it would become'
	write_daemon_file "$WORK/daemon.json"
}

# As long as nobody else has changed the file, --uninstall can give it back to the letter.
write_daemon_file() {
	if [ -e "$STATE/daemon.json.ours" ] && ! cmp -s "$STATE/daemon.json.ours" "$DAEMON_FILE"; then : >"$STATE/daemon.json.changed"; fi
	# In place, so that its owner and mode stay.
	cat "$1" >"$DAEMON_FILE"
	cp "$DAEMON_FILE" "$STATE/daemon.json.ours"
}

# check_daemon_file FILE HOW. From Docker 23 on the engine itself tells whether a file is right; before, a reload does (see reload).
check_daemon_file() {
	# One that does not run is not restarted either.
	if [ -z "$PID" ] || ! dockerd --help 2>/dev/null | grep -q -- --validate; then return 0; fi
	said=$(dockerd --validate --config-file "$1" 2>&1) || fail "Docker would not take $DAEMON_FILE $2:" "$said"
}

reloads() { docker_ events --since "$BEGAN" --until "$(($(date +%s) + 1))" --filter type=daemon --filter event=reload 2>/dev/null | wc -l; }

# An engine that takes its settings says so with an event. It says nothing where a setting is wrong, and goes on with the old ones.
reload() {
	[ -n "$PID" ] || return 1
	before=$(reloads)
	kill -HUP "$PID"
	for pause in 0.1 0.2 0.4 0.8 1.6; do
		if [ "$(reloads)" -gt "$before" ]; then return 0; fi
		sleep "$pause"
	done
	return 1
}

# Puts the file back as it was before this run.
restore_daemon_file() {
	if [ -e "$WORK/daemon.json.former" ]; then write_daemon_file "$WORK/daemon.json.former"; else rm -f "$DAEMON_FILE" "$STATE/daemon.json.ours"; fi
}

save_daemon_file() {
	work_folder
	rm -f "$WORK/daemon.json.former"
	if [ -e "$DAEMON_FILE" ]; then cp "$DAEMON_FILE" "$WORK/daemon.json.former"; fi
}

turn_live_restore_on() {
	save_daemon_file
	if daemon_file_has live-restore; then
		remember_daemon_file
		sed 's/"live-restore"[[:space:]]*:[[:space:]]*false/"live-restore": true/' "$WORK/daemon.json.former" >"$WORK/daemon.json"
		write_daemon_file "$WORK/daemon.json"
	else
		live_restore_line | edit_daemon_file with_lines
	fi
	if reload && [ "$(info '{{.LiveRestoreEnabled}}')" = true ]; then return 0; fi
	restore_daemon_file
	warn "Docker did not take live-restore, so $DAEMON_FILE is as it was. Docker’s log says why."
}
`
