// The host's key and certificate: the key is made on the host and stays there.
export const certificatePart = String.raw`
# --- key and certificate ---------------------------------------------------------------------------------------------

make_key() {
	(umask 077 && openssl ecparam -name prime256v1 -genkey -noout -out "$STATE/key.pem.new")
	mv "$STATE/key.pem.new" "$STATE/key.pem"
}

# A request says nothing but the key: name and address are the portal's to decide.
request() { openssl req -new -sha256 -key "$STATE/key.pem" -subj /CN=host -outform DER | openssl base64 -A; }

# keep_certificate: from the answer into place, once it is seen to fit.
keep_certificate() {
	field certificate | openssl base64 -d -A | openssl x509 -inform DER -out "$WORK/cert.pem"
	field ca | openssl base64 -d -A | openssl x509 -inform DER -out "$WORK/ca.pem"
	openssl verify -CAfile "$WORK/ca.pem" -purpose sslserver "$WORK/cert.pem" >/dev/null 2>&1 ||
		fail 'The certificate from the portal was not signed by its CA, or the clock of this machine is wrong.'
	[ "$(openssl x509 -in "$WORK/cert.pem" -noout -pubkey)" = "$(openssl pkey -in "$STATE/key.pem" -pubout)" ] ||
		fail 'The certificate from the portal is for another key.'
	put "$STATE/ca.pem" 600 <"$WORK/ca.pem"
	put "$STATE/cert.pem" 600 <"$WORK/cert.pem"
}

claim() {
	work_folder
	(umask 077 && mkdir -p "$STATE")
	[ -s "$STATE/key.pem" ] || make_key
	printf '{"token":"%s","request":"%s","at":%s}' "$TOKEN" "$(request)" "$(date +%s)" >"$WORK/request"
	post certificate
	rm -f "$WORK/request"
	[ "$STATUS" = 200 ] || refused
	HOST_ID=$(field hostId)
	ADDRESS=$(field address)
	PORT=$(sed -n 's/.*"port":\([0-9]*\).*/\1/p' "$WORK/answer")
	case $HOST_ID in '' | *[!a-z2-7]*) fail 'The portal answered something else than a certificate.' ;; esac
	case $ADDRESS in '' | *[!0-9A-Za-z.:-]*) fail 'The portal gave an address that is none.' ;; esac
	case $PORT in '' | *[!0-9]* | 2375) fail 'The portal gave a port that is none.' ;; esac
	keep_certificate
	write_host
	say "  for $ADDRESS, good until $(openssl x509 -in "$STATE/cert.pem" -noout -enddate | cut -d= -f2)"
}

write_host() { printf 'portal=%s\nid=%s\naddress=%s\nport=%s\n' "$PORTAL" "$HOST_ID" "$ADDRESS" "$PORT" | put "$STATE/host" 600; }

# Whether the portal knows this host by what lies here.
is_known() {
	[ -s "$STATE/key.pem" ] && [ -s "$STATE/cert.pem" ] && [ -s "$STATE/host" ] || return 1
	work_folder
	signed addresses '' ''
	[ "$STATUS" != 000 ] || refused
	[ "$STATUS" = 200 ]
}

get_certificate() {
	HOST_ID=$(state id) ADDRESS=$(state address) PORT=$(state port)
	owner=$(state portal)
	if [ -n "$owner" ] && [ "$owner" != "$PORTAL" ]; then
		# A portal that has moved knows its hosts.
		is_known || fail "This host belongs to the portal at $owner." 'Take it out there with --uninstall before it is added here.'
		change "Write down that the portal is at $PORTAL" write_host
	fi
	if is_known; then
		say 'This host has its certificate.'
		renew_if_due
	elif [ -z "$TOKEN" ]; then
		[ -z "$HOST_ID" ] || refused
		fail 'There is no token.' "Make a line at $PORTAL/admin/agents/new and copy it as a whole."
	else
		change 'Make a key here and have it signed by the portal' claim
	fi
}

renew() {
	work_folder
	request_=$(request)
	digest=$(printf '%s' "$request_" | openssl base64 -d -A | openssl dgst -sha256 -r | cut -d' ' -f1)
	signed renewal "$digest" ',"request":"'"$request_"'"'
	[ "$STATUS" = 200 ] || refused
	# A renewed CA keeps its key: another one is not the portal's, whoever vouched for this connection.
	[ "$(field ca | openssl base64 -d -A | openssl x509 -inform DER -noout -pubkey)" = "$(openssl x509 -in "$STATE/ca.pem" -noout -pubkey)" ] ||
		fail 'The portal signs with another key than before.' 'Take this host out with --uninstall, and add it anew.'
	keep_certificate
}

renew_if_due() {
	openssl x509 -in "$STATE/cert.pem" -noout -checkend "$RENEW_SECONDS" >/dev/null || change 'Renew the certificate' renew
}

# What the engine shows is read when it starts, so a new certificate needs a restart.
shows_our_certificate() {
	shown=$(timeout 10 openssl s_client -connect "$(local_address):$PORT" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256 2>/dev/null) || return 1
	[ "$shown" = "$(fingerprint)" ]
}

local_address() { case $LISTEN in 0.0.0.0) printf 127.0.0.1 ;; ::) printf '[::1]' ;; *:*) printf '[%s]' "$LISTEN" ;; *) printf '%s' "$LISTEN" ;; esac; }
`
