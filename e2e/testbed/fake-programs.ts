// Programs that stand before those of this machine in the PATH of a fake machine. Each knows what the script asks, and no more.

/** Where a program keeps what it was told: `$ROOT`, which is put in front of each. */
export const fakePrograms: Record<string, string> = {
  id: 'echo 0',
  date: `case "$*" in +%s) echo $(($(/bin/date +%s) + $(cat "$ROOT/clock-ahead" 2>/dev/null || echo 0))) ;; *) exec /bin/date "$@" ;; esac`,
  dockerd: `
[ -e "$ROOT/validates" ] || exit 0
case $1 in
--help) echo ' --validate' ;;
*) ! grep no-such-setting "$3" ;;
esac`,
  docker: `
[ ! -e "$ROOT/hangs" ] || exec sleep 60
pid=$(cat "$ROOT/docker.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null || exit 1
case "$*" in
*ServerVersion*) echo 20.10.24 ;;
*LiveRestoreEnabled*) cat "$ROOT/live" ;;
*LocalNodeState*) echo inactive ;;
*' events '*) cat "$ROOT/reloads" 2>/dev/null ;;
*' ps '*)
	[ ! -e "$ROOT/ps-fails" ] || exit 1
	cat "$ROOT/containers" 2>/dev/null
	;;
esac
exit 0`,
  iptables: `
case "$*" in
*'-L DOCKER-USER') [ ! -e "$ROOT/no-chain" ] ;;
*' -L BERTH-'*) [ -e "$ROOT/filters" ] ;;
*' -X '*) rm -f "$ROOT/filters" ;;
*' -I '*) exit 0 ;;
*) exit 1 ;;
esac`,
  'iptables-restore': '[ ! -e "$ROOT/restore-fails" ] && cat >"$ROOT/filters"',
  ip6tables: 'case "$*" in *" -I "*) exit 0 ;; *) exit 1 ;; esac',
  'ip6tables-restore': 'cat >/dev/null',
  systemctl: `
printf '%s\\n' "$*" >>"$ROOT/systemctl-said"
units() { echo "# $ROOT/units/docker.service"; cat "$ROOT/units/docker.service"; for one in "$ROOT"/units/docker.service.d/*.conf; do [ -e "$one" ] || continue; echo; echo "# $one"; cat "$one"; done; }
verb=$1; shift
case $verb in
cat) [ -e "$ROOT/units/docker.service" ] && units ;;
enable)
	[ ! -e "$ROOT/enable-fails" ] || exit 1
	for unit in "$@"; do case $unit in --*) ;; *) touch "$ROOT/enabled.$unit" ;; esac; done
	case " $* " in *' --now '*) for unit in "$@"; do case $unit in --*) ;; *) touch "$ROOT/active.$unit" ;; esac; done ;; esac
	;;
disable) for unit in "$@"; do rm -f "$ROOT/enabled.$unit" "$ROOT/active.$unit"; done ;;
is-enabled) for unit in "$@"; do case $unit in --*) ;; *) [ -e "$ROOT/enabled.$unit" ] || exit 1 ;; esac; done ;;
is-active) for unit in "$@"; do case $unit in --*) ;; *) [ -e "$ROOT/active.$unit" ] || exit 1 ;; esac; done ;;
start) for unit in "$@"; do touch "$ROOT/active.$unit"; done ;;
reset-failed) rm -f "$ROOT/starts" ;;
restart)
	case $1 in docker*) ;; *) touch "$ROOT/active.$1"; exit 0 ;; esac
	# Debian's unit may be started three times in a minute; one that does not come has soon used them up by itself (Restart=always).
	if [ "$(cat "$ROOT/starts" 2>/dev/null | wc -l)" -ge 3 ]; then
		echo 'docker.service: Start request repeated too quickly.' >&2
		pid=$(cat "$ROOT/docker.pid" 2>/dev/null) && kill "$pid" && rm -f "$ROOT/docker.pid"
		exit 1
	fi
	echo start >>"$ROOT/starts"
	"$ROOT/restart" $(units | sed -n 's/^ExecStart=\\(..*\\)/\\1/p' | tail -n 1 | cut -d' ' -f2-)
	[ -e "$ROOT/docker.pid" ] || { printf 'start\\nstart\\n' >>"$ROOT/starts"; exit 1; }
	;;
esac`,
}

/** Those that Debian has in /usr/sbin, which its cron does not look into. */
export const programsInSbin = ['dockerd', 'iptables', 'iptables-restore', 'ip6tables', 'ip6tables-restore']

/** Ends the engine and starts it with these options; says whether it came. */
export const restartEngine = (node: string, dockerd: string) => `
echo restarted >>"$ROOT/restarts"
if pid=$(cat "$ROOT/docker.pid" 2>/dev/null); then
	kill "$pid" 2>/dev/null || true
	while grep -q '^State:.[^ZX]' "/proc/$pid/status" 2>/dev/null; do sleep 0.02; done
	rm -f "$ROOT/docker.pid"
fi
setsid '${node}' '${dockerd}' "$ROOT" "$@" >>"$ROOT/dockerd.log" 2>&1 </dev/null &
started=$!
until [ -e "$ROOT/docker.pid" ]; do
	grep -q '^State:.[^ZX]' "/proc/$started/status" 2>/dev/null || exit 0
	sleep 0.02
done`
