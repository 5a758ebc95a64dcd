// How the script speaks to the portal: one request at a time, signed by the host's key once there is a certificate.
export const portalPart = String.raw`
# --- the portal ------------------------------------------------------------------------------------------------------

# post PATH, JSON on stdin: the answer is in $WORK/answer, its status in STATUS.
post() {
	work_folder
	set -- "$1" --silent --show-error --max-time 60 --proto "=$(printf '%s' "$PORTAL" | cut -d: -f1)" --noproxy localhost,127.0.0.1
	if [ -n "$PORTAL_CERTIFICATE" ]; then
		printf '%s\n' "$PORTAL_CERTIFICATE" >"$WORK/portal.pem"
		set -- "$@" --cacert "$WORK/portal.pem"
	fi
	path=$1
	shift
	: >"$WORK/answer"
	STATUS=$(curl "$@" -H 'content-type: application/json' --data-binary @- --output "$WORK/answer" --write-out '%{http_code}' \
		"$PORTAL/api/v1/host/$path") || STATUS=000
}

# field NAME: a text of the answer, without control characters.
field() {
	sed -nE 's/.*"'"$1"'":"(([^"\\]|\\.)*)".*/\1/p' "$WORK/answer" | sed 's/\\"/"/g' | tr -d '\000-\011\013-\037'
}

# Ends with what the portal said.
refused() {
	case $STATUS in
	000) fail "The portal $PORTAL could not be reached from here." 'Check the network, a proxy, and that its address is right.' ;;
	esac
	message=$(field message)
	hint=$(field hint)
	fail "The portal refused: $message" "$hint"
}

# signed PATH CONTENT MORE-JSON: whoever has the key of this host, and nobody else, can say this.
signed() {
	at=$(date +%s)
	signature=$(printf '%s' "berth:$1:$HOST_ID:$at:$2" | openssl dgst -sha256 -sign "$STATE/key.pem" | openssl base64 -A)
	printf '{"hostId":"%s","at":%s,"signature":"%s"%s}' "$HOST_ID" "$at" "$signature" "$3" >"$WORK/request"
	post "$1" <"$WORK/request"
}

# state NAME: what was written down about this host.
state() { sed -n "s/^$1=//p" "$STATE/host" 2>/dev/null | head -n 1; }
`
