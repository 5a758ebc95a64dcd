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
	keep_trust
	[ -n "$FILTERS" ] || return 0
	field portals >"$WORK/portals"
	field agents >"$WORK/agents"
	if grep -q '[^0-9a-fA-F.: ]' "$WORK/portals" "$WORK/agents" || ! grep -q . "$WORK/portals"; then return 1; fi
	put "$STATE/portals" 600 <"$WORK/portals"
	put "$STATE/agents" 600 <"$WORK/agents"
}

only_ipv4() { tr ' ' '\n' <"$1" | grep -E '^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$' || true; }
only_ipv6() { tr ' ' '\n' <"$1" | grep : || true; }

# A kernel without IPv6 has nothing to filter there.
has_ipv6() { [ -e /proc/net/if_inet6 ]; }

# rules ONLY METADATA…: of one family of addresses.
rules() {
	only=$1
	shift
	printf '*filter\n:BERTH-INPUT - [0:0]\n:BERTH-FORWARD - [0:0]\n'
	printf '%s\n' '-A BERTH-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN'
	for bridge in $(bridges); do
		# From a session to this machine itself: the Docker API, ports of other sessions, anything.
		printf '%s\n' "-A BERTH-INPUT -i $bridge -m conntrack --ctstate NEW -j DROP"
		for metadata in "$@"; do printf '%s\n' "-A BERTH-FORWARD -i $bridge -d $metadata -j DROP"; done
		# Ports that Docker publishes here lead elsewhere before they are seen in this chain.
		printf '%s\n' "-A BERTH-FORWARD -i $bridge -m conntrack --ctstate DNAT -j DROP"
		for other in $($only "$STATE/agents"); do printf '%s\n' "-A BERTH-FORWARD -i $bridge -d $other -j DROP"; done
		# To a session: from gateways and controllers, nobody else.
		for portal in $($only "$STATE/portals"); do printf '%s\n' "-A BERTH-FORWARD -o $bridge -s $portal -j RETURN"; done
		printf '%s\n' "-A BERTH-FORWARD -o $bridge -j DROP"
	done
	printf 'COMMIT\n'
}

apply_filters() {
	work_folder
	rules only_ipv4 169.254.0.0/16 >"$WORK/rules"
	iptables-restore -w --noflush <"$WORK/rules"
	jump iptables INPUT BERTH-INPUT
	jump iptables DOCKER-USER BERTH-FORWARD
	has_ipv6 || return 0
	# Berth gives its sessions no IPv6; an engine whose networks all have it does. The address is the metadata service of one cloud.
	rules only_ipv6 fd00:ec2::254/128 >"$WORK/rules"
	ip6tables-restore -w --noflush <"$WORK/rules"
	jump ip6tables INPUT BERTH-INPUT
	jump ip6tables "$(forward_chain6)" BERTH-FORWARD
}

jump() { # PROGRAM FROM TO
	"$1" -w -C "$2" -j "$3" 2>/dev/null || "$1" -w -I "$2" 1 -j "$3"
}

# Not every engine filters IPv6 itself.
forward_chain6() { if ip6tables -w -n -L DOCKER-USER >/dev/null 2>&1; then printf DOCKER-USER; else printf FORWARD; fi; }

# What Docker publishes on an IPv6 address is taken in by a process of Docker's and does not come through these chains.
can_filter() {
	case $FILTERS/$ADDRESS in yes/*:*) ;; *) return 0 ;; esac
	fail "The portal reaches this host at $ADDRESS, and ports of sessions on an IPv6 address cannot be filtered." \
		'Make a new line with an IPv4 address, or with a name that has one. To go without filters: --without-filters'
}

fetch_and_apply() {
	fetch_addresses || {
		[ "$STATUS" = 200 ] || refused
		fail "$(why)" 'So the filters were not set. See whether it runs with these roles, and run this again.'
	}
	apply_filters
}

set_filters() {
	if [ -z "$FILTERS" ]; then
		if has_filters; then change 'Remove the filters' remove_filters; fi
		warn 'Without filters, sessions reach this machine, and whoever reaches it reaches their ports.'
		return 0
	fi
	change 'Set filters: session ports for gateways and controllers only; sessions not to this machine, other agents and 169.254.0.0/16' fetch_and_apply
}

remove_filters() {
	for program in iptables ip6tables; do
		for from in INPUT DOCKER-USER FORWARD; do
			for chain in BERTH-INPUT BERTH-FORWARD; do
				while "$program" -w -D "$from" -j "$chain" 2>/dev/null; do :; done
			done
		done
		for chain in BERTH-INPUT BERTH-FORWARD; do
			"$program" -w -F "$chain" 2>/dev/null || true
			"$program" -w -X "$chain" 2>/dev/null || true
		done
	done
}

has_filters() {
	for program in iptables ip6tables; do
		for chain in BERTH-FORWARD BERTH-INPUT; do
			if "$program" -w -n -L "$chain" >/dev/null 2>&1; then return 0; fi
		done
	done
	return 1
}
`
