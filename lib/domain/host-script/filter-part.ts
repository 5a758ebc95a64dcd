// The filters: who may come to sessions, and where sessions may not go. Own chains, written in one step each time.
export const filterPart = String.raw`
# --- filters ---------------------------------------------------------------------------------------------------------

# Berth's own bridges begin with "berth"; one that was made by an older version has Docker's name.
bridges() {
	printf 'berth+\n'
	docker_ network ls --filter label=berth.install --filter driver=bridge --no-trunc --format '{{.ID}}' 2>/dev/null | while read -r id; do
		name=br-$(printf '%.12s' "$id")
		if [ -e "/sys/class/net/$name" ]; then printf '%s\n' "$name"; fi
	done
}

fetch_addresses() {
	signed addresses '' ''
	[ "$STATUS" = 200 ] || return 1
	field portals >"$WORK/portals"
	field agents >"$WORK/agents"
	if grep -q '[^0-9a-fA-F.: ]' "$WORK/portals" "$WORK/agents" || ! grep -q . "$WORK/portals"; then return 1; fi
	put "$STATE/portals" 600 <"$WORK/portals"
	put "$STATE/agents" 600 <"$WORK/agents"
}

only_ipv4() { tr ' ' '\n' <"$1" | grep -E '^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$' || true; }

rules() {
	printf '*filter\n:BERTH-INPUT - [0:0]\n:BERTH-FORWARD - [0:0]\n'
	printf '%s\n' '-A BERTH-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	for bridge in $(bridges); do
		# From a session to this machine itself: the Docker API, ports of other sessions, anything.
		printf '%s\n' "-A BERTH-INPUT -i $bridge -m conntrack --ctstate NEW -j DROP"
		printf '%s\n' "-A BERTH-FORWARD -i $bridge -d 169.254.0.0/16 -j DROP"
		# Ports that Docker publishes here lead elsewhere before they are seen in this chain.
		printf '%s\n' "-A BERTH-FORWARD -i $bridge -m conntrack --ctstate DNAT -j DROP"
		for other in $(only_ipv4 "$STATE/agents"); do printf '%s\n' "-A BERTH-FORWARD -i $bridge -d $other -j DROP"; done
		# To a session: from gateways and controllers, nobody else.
		for portal in $(only_ipv4 "$STATE/portals"); do printf '%s\n' "-A BERTH-FORWARD -o $bridge -s $portal -j RETURN"; done
		printf '%s\n' "-A BERTH-FORWARD -o $bridge -j DROP"
	done
	printf 'COMMIT\n'
}

apply_filters() {
	work_folder
	rules >"$WORK/rules"
	iptables-restore -w --noflush <"$WORK/rules"
	iptables -w -C INPUT -j BERTH-INPUT 2>/dev/null || iptables -w -I INPUT 1 -j BERTH-INPUT
	iptables -w -C DOCKER-USER -j BERTH-FORWARD 2>/dev/null || iptables -w -I DOCKER-USER 1 -j BERTH-FORWARD
}

fetch_and_apply() {
	fetch_addresses || fail 'The portal did not say where its gateways and controllers are, so the filters were not set.' \
		'See whether it runs with these roles, and run this again.'
	apply_filters
}

set_filters() {
	if [ -z "$FILTERS" ]; then
		warn 'Without filters, sessions reach this machine, and whoever reaches it reaches their ports.'
		return 0
	fi
	change 'Set filters: session ports for gateways and controllers only; sessions not to this machine, other agents and 169.254.0.0/16' fetch_and_apply
}

remove_filters() {
	iptables -w -D INPUT -j BERTH-INPUT 2>/dev/null || true
	iptables -w -D DOCKER-USER -j BERTH-FORWARD 2>/dev/null || true
	for chain in BERTH-INPUT BERTH-FORWARD; do
		iptables -w -F "$chain" 2>/dev/null || true
		iptables -w -X "$chain" 2>/dev/null || true
	done
}

has_filters() { iptables -w -n -L BERTH-FORWARD >/dev/null 2>&1 || iptables -w -n -L BERTH-INPUT >/dev/null 2>&1; }
`
