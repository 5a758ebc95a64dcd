// The program that runs as root in an authoring session's container before an image is made of it. Plain POSIX shell, since nothing
// else is sure to be there. It may run twice: a controller can die at any line.
import { homePath } from '@/lib/domain/container-spec'
import { emptiedFolders, pathsWithLogins, privatePaths, systemPaths, systemPathsWithLogins } from '@/lib/domain/private-places'

export const profilePath = '/home/kasm-default-profile'
/** Stands in the profile between its copy and the end of the home: whoever finds it need not copy again. */
const movedMark = `${profilePath}/.berth-moved`

/** Spaces are kept, patterns are not quoted. */
function glob(path: string): string {
  return path.replace(/[^A-Za-z0-9._/*-]/g, (char) => `\\${char}`)
}

const list = (paths: readonly string[]) => paths.map(glob).join(' \\\n    ')

/**
 * First the container's main process is frozen: it would end, and the container with it, when the desktop goes. Then everybody else is
 * asked to end, so that what they have in memory is written before it is cleaned, and is killed if they do not.
 */
const endDesktop = `
alive() {
  for status in /proc/[0-9]*/stat; do
    pid=\${status#/proc/}; pid=\${pid%/stat}
    case " 1 $$ $main " in *" $pid "*) continue ;; esac
    state=$(sed 's/.*) //' "$status" 2>/dev/null | cut -c1)
    case "$state" in ''|Z|X) continue ;; esac
    parent=$(sed 's/.*) . //; s/ .*//' "$status" 2>/dev/null)
    [ "$parent" = "$$" ] || printf '%s ' "$pid"
  done
}
main=
for status in /proc/[0-9]*/stat; do
  pid=\${status#/proc/}; pid=\${pid%/stat}
  [ "$(sed 's/.*) . //; s/ .*//' "$status" 2>/dev/null)" = 1 ] || continue
  if [ -z "$main" ] || [ "$pid" -lt "$main" ]; then main=$pid; fi
done
[ -n "$main" ] && kill -STOP "$main" 2>/dev/null
tries=0
while rest=$(alive) && [ -n "$rest" ] && [ $tries -lt 40 ]; do
  case $tries in 0) kill -TERM $rest 2>/dev/null ;; 2) kill -HUP $rest 2>/dev/null ;; 30|35) kill -KILL $rest 2>/dev/null ;; esac
  kill -CONT $rest 2>/dev/null
  tries=$((tries + 1)); sleep 0.2
done
`

const cleanHomes = `
gone() { rm -rf -- "$1" && printf 'removed %s\\n' "$1"; }
has_login() { grep -Eqs '://[^/[:space:]:@]*:[^/[:space:]@]+@|_authToken|password|token|machine[[:space:]]' "$1"; }
clean() {
  cd "$1" 2>/dev/null || return 0
  for path in ${list(privatePaths)}; do
    if [ -e "$path" ] || [ -L "$path" ]; then gone "$1/$path"; fi
  done
  for path in ${list(pathsWithLogins)}; do
    if [ -f "$path" ] && has_login "$path"; then gone "$1/$path"; fi
  done
  cd /
}
for home in ${homePath} ${profilePath} /root /home/*; do [ -L "$home" ] || clean "$home"; done
for path in ${list(systemPaths)}; do if [ -e "$path" ]; then gone "$path"; fi; done
for path in ${list(systemPathsWithLogins)}; do if [ -f "$path" ] && has_login "$path"; then gone "$path"; fi; done
for folder in ${list(emptiedFolders)}; do
  [ -L "$folder" ] || find "$folder" -xdev -mindepth 1 -depth -exec rm -rf -- {} + 2>/dev/null
done
`

const moveHome = `
if [ ! -e ${movedMark} ] && [ -n "$(ls -A ${homePath} 2>/dev/null)" ]; then
  rm -rf ${profilePath}.berth && mkdir -p ${profilePath}.berth || fail 'no room for the default profile'
  cp -a ${homePath}/. ${profilePath}.berth/ || fail 'the home could not be copied to the default profile'
  # What root put there must be readable for whoever's new home it goes to.
  chown -Rh "$(stat -c %u:%g ${homePath})" ${profilePath}.berth && chmod -R u+rwX ${profilePath}.berth || fail 'the default profile could not be given to its user'
  : > ${profilePath}.berth/.berth-moved || fail 'no room for the default profile'
  rm -rf ${profilePath} && mv ${profilePath}.berth ${profilePath} || fail 'the default profile could not be put in place'
fi
find ${homePath} -xdev -mindepth 1 -delete || fail 'the home could not be emptied'
rm -f ${movedMark}
`

/**
 * What may not be in the image is in BERTH_SECRET; a file that has it is named, and then no image is made. Looked at is what changed since
 * the container was made, which the engine's own mark in it tells; of the process the time would be that of its last start.
 */
const lookForSecret = `
if [ -n "\${BERTH_SECRET:-}" ]; then
  since=; [ -e /.dockerenv ] && since='-cnewer /.dockerenv'
  for root in /home /root /etc /opt /srv /tmp /var /usr/local; do
    [ -d "$root" ] && find "$root" -xdev -type f -size -64M $since -exec grep -lF -e "$BERTH_SECRET" -- {} + 2>/dev/null
  done | sed 's/^/leak /'
fi
`

export const cleanScript = `set -u
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
fail() { printf 'failed %s\\n' "$1"; exit 1; }
${endDesktop}${cleanHomes}${moveHome}${lookForSecret}
sync
echo done
`
