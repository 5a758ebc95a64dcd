// How the script speaks to the portal: one request at a time, signed by the host's key once there is a certificate.
export const portalPart = String.raw`
# --- the portal ------------------------------------------------------------------------------------------------------

# portal_curl OPTION…: only to the portal, which must show what the script came with or what it said since; never to anybody unseen.
portal_curl() {
	set -- --silent --show-error --max-time 60 --proto "=$(printf '%s' "$PORTAL" | cut -d: -f1)" --noproxy localhost,127.0.0.1 "$@"
	if [ -n "$PORTAL_CERTIFICATE" ]; then
		printf '%s\n' "$PORTAL_CERTIFICATE" | cat - "$STATE/portal.pem" >"$WORK/portal.pem" 2>/dev/null || true
		set -- --cacert "$WORK/portal.pem" "$@"
	fi
	curl "$@"
}

# post PATH, the JSON in $WORK/request: the answer is in $WORK/answer, its status in STATUS.
post() {
	work_folder
	path=$1
	set -- -H 'content-type: application/json' --data-binary "@$WORK/request" --output "$WORK/answer" --write-out '%{http_code}' \
		"$PORTAL/api/v1/host/$path"
	: >"$WORK/answer"
	code=0
	STATUS=$(portal_curl "$@" 2>"$WORK/curl.log") || code=$?
	# It may have got a certificate of an authority that everybody knows. What a host signs is no secret; a token is.
	if [ "$code" = 60 ] && [ -n "$PORTAL_CERTIFICATE" ] && [ "$path" != certificate ]; then
		code=0
		STATUS=$(PORTAL_CERTIFICATE='' portal_curl "$@" 2>/dev/null) || code=$?
	fi
	[ "$code" = 0 ] || {
		cat "$WORK/curl.log" >&2
		STATUS=000
	}
}

# keep_trust: the certificates that the portal shows now and next, so that the host believes it when it changes them.
keep_trust() {
	grep -q '"trust":"' "$WORK/answer" || return 0
	: >"$WORK/trust"
	for one in $(field trust); do
		printf '%s' "$one" | openssl base64 -d -A | openssl x509 -inform DER >>"$WORK/trust" 2>/dev/null || return 0
	done
	if [ ! -s "$WORK/trust" ]; then
		rm -f "$STATE/portal.pem"
	elif ! cmp -s "$WORK/trust" "$STATE/portal.pem"; then
		put "$STATE/portal.pem" 600 <"$WORK/trust"
	fi
}

# field NAME: a text of the answer, without control characters.
field() {
	sed -nE 's/.*"'"$1"'":"(([^"\\]|\\.)*)".*/\1/p' "$WORK/answer" | sed 's/\\"/"/g' | tr -d '\000-\011\013-\037'
}

why() {
	case $STATUS in
	000) printf 'The portal %s could not be reached from here.' "$PORTAL" ;;
	200) printf 'The portal did not say where its gateways and controllers are.' ;;
	*) printf 'The portal refused: %s' "$(field message)" ;;
	esac
}

# Ends with what the portal said.
refused() {
	case $STATUS in
	000) fail "$(why)" 'Check the network, a proxy, and that its address is right. After its certificate was changed by hand: run a new line of the portal here.' ;;
	esac
	fail "$(why)" "$(field hint)"
}

# signed PATH CONTENT MORE-JSON: whoever has the key of this host, and nobody else, can say this.
signed() {
	at=$(date +%s)
	signature=$(printf '%s' "berth:$1:$HOST_ID:$at:$2" | openssl dgst -sha256 -sign "$STATE/key.pem" | openssl base64 -A)
	printf '{"hostId":"%s","at":%s,"signature":"%s"%s}' "$HOST_ID" "$at" "$signature" "$3" >"$WORK/request"
	post "$1"
}

# state NAME: what was written down about this host.
state() { sed -n "s/^$1=//p" "$STATE/host" 2>/dev/null | head -n 1; }
`
