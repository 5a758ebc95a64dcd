// What the shell of a session's container is given to do, as uid 1000. Names come as arguments, never as text of a script.
import { homePath } from '@/lib/domain/container-spec'
import { arrivingPrefix, mostFilesListed } from '@/lib/domain/session-files'

/** How a script says why it did nothing. */
export const scriptExit = {
  noTool: 40,
  noHome: 41,
  noFolder: 42,
  exists: 43,
  missing: 44,
  notPlain: 45,
  isFolder: 46,
  unreadable: 47,
  unpacked: 48,
  notNamed: 49,
} as const

/** Says that content may come. */
export const readyWord = 'ready'

/**
 * The folder is entered first and looked at then: what was entered stays the same, whatever becomes of its name. It must be the one below
 * the home and no link to another.
 */
const enter = `
umask 022
for tool in tar stat head mkdir mv rm; do
  command -v $tool >/dev/null 2>&1 || { echo $tool >&2; exit ${scriptExit.noTool}; }
done
enter() {
  cd -P ${homePath} 2>/dev/null || exit ${scriptExit.noHome}
  home=$(pwd -P)
  [ -e "$1" ] || [ -L "$1" ] || mkdir "$1" 2>/dev/null
  cd -P "./$1" 2>/dev/null || exit ${scriptExit.noFolder}
  [ "$(pwd -P)" = "$home/$1" ] || exit ${scriptExit.noFolder}
}
`

/** Of each folder: its name, how many follow and whether there are more; a line for each; their names, each with a NUL behind. */
export const listScript = `${enter}
for folder in "$@"; do
  (
    enter "$folder"
    more=0
    set --
    for file in * .[!.]* ..?*; do
      [ -e "$file" ] || [ -L "$file" ] || continue
      case $file in ${arrivingPrefix}*) continue ;; esac
      if [ $# -ge ${mostFilesListed} ]; then more=1; break; fi
      set -- "$@" "./$file"
    done
    lines=
    [ $# -eq 0 ] || lines=$(stat -c '%f %s %Y' -- "$@") || exit 1
    printf 'folder %s %s %s\\n' "$folder" $# $more
    [ $# -eq 0 ] || { printf '%s\\n' "$lines"; printf '%s\\0' "$@"; }
  )
  code=$?
  [ $code -eq 0 ] || printf 'problem %s %s\\n' "$folder" $code
done
`

/** Archives a link, a pipe or a device as what it is, without following or opening it, so that whoever swaps the file gains nothing. */
export const readScript = `${enter}
enter "$1"
[ -L "./$2" ] && exit ${scriptExit.notPlain}
[ -e "./$2" ] || exit ${scriptExit.missing}
[ -f "./$2" ] || exit ${scriptExit.notPlain}
[ -r "./$2" ] || exit ${scriptExit.unreadable}
raw=
# GNU's tar takes a backslash for the beginning of something else, also in an argument; others do not, and have no such option.
tar --no-unquote --version >/dev/null 2>&1 && raw=--no-unquote
exec 3<&0
tar $raw -cf - -- "./$2" </dev/null &
tar=$!
# Nothing is ever sent: the other side is gone when this ends, and no interface of Docker ends a program that was started like this one.
( read -r nothing <&3; kill -9 $tar ) >/dev/null 2>&1 &
watch=$!
wait $tar
code=$?
kill $watch 2>/dev/null
exit $code
`

/** The archive has one file, called "file". A cut-off one is not unpacked to its end, and then nothing gets the name. */
export const writeScript = `${enter}
enter "$1"
target="./$2"
arriving="./${arrivingPrefix}$3"
if [ -e "$target" ] || [ -L "$target" ]; then
  [ "$4" = replace ] || exit ${scriptExit.exists}
  [ -d "$target" ] && [ ! -L "$target" ] && exit ${scriptExit.isFolder}
fi
find . -maxdepth 1 -name '${arrivingPrefix}*' -mmin +1440 -exec rm -rf {} + 2>/dev/null
mkdir "$arriving" 2>/dev/null || exit ${scriptExit.notNamed}
trap 'rm -rf "$arriving"' EXIT
trap 'exit 1' HUP INT TERM PIPE
echo ${readyWord}
head -c "$5" | tar -xf - -C "$arriving" || exit ${scriptExit.unpacked}
[ -f "$arriving/file" ] || exit ${scriptExit.unpacked}
if [ "$4" = replace ]; then
  [ -L "$target" ] && rm -f "$target"
  mv -f "$arriving/file" "$target" || exit ${scriptExit.notNamed}
elif ! ln "$arriving/file" "$target" 2>/dev/null; then
  # Somebody else took the name meanwhile, or the file system has no second names.
  { [ -e "$target" ] || [ -L "$target" ]; } && exit ${scriptExit.exists}
  mv "$arriving/file" "$target" || exit ${scriptExit.notNamed}
fi
`
