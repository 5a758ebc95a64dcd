// Ends what a test or a benchmark has started when that ends itself, also by SIGKILL: a small shell holds the other end of a pipe.
import { spawn } from 'node:child_process'

// On `done` there is nothing to do. Otherwise whoever held the pipe has ended without cleaning up. A number may belong to another process by then: a
// process is known by when it started, a database by where it runs.
const script = `
ticks() { sed -n 's/.*) [^ZX] //p' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f19; }
is_child() { [ "$(ticks "$child")" = "$began" ] && kill -0 "$child" 2>/dev/null; }
is_database() { [ ! -e /proc/self/cwd ] || [ "$(readlink "/proc/$1/cwd")" = "$(readlink -f "$directory")/postgres/cluster" ]; }
until_gone() { for _ in $(seq "$1"); do "$2" "$3" || return 0; sleep 0.1; done; return 1; }
child=$1 signal=$2 grace=$3 directory=$4
began=$(ticks "$child")
[ "$(cat)" != done ] || exit 0
if [ -n "$child" ] && ! until_gone "$grace" is_child; then
  kill "-$signal" "$child" 2>/dev/null
  until_gone 300 is_child || kill -KILL "$child" 2>/dev/null
fi
[ -n "$directory" ] || exit 0
pid=$(head -n 1 "$directory/postgres/cluster/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ] && is_database "$pid" && kill -INT "$pid" 2>/dev/null; then until_gone 200 is_database "$pid"; fi
rm -rf "$directory"
`

/**
 * @typedef {object} Leashed
 * @property {import('node:child_process').ChildProcess} [child]
 * @property {'TERM' | 'INT'} [signal] what ends the child in order
 * @property {number} [graceMs] how long it may take to end by itself, because Ctrl-C reaches it as well
 * @property {string} [directory] removed, after the database that runs in it
 */

/**
 * Returns what to call once all of it is cleaned up.
 * @param {Leashed} what
 * @returns {() => void}
 */
export function leash({ child, signal = 'TERM', graceMs = 0, directory = '' }) {
  const words = [String(child?.pid ?? ''), signal, String(Math.ceil(graceMs / 100)), directory]
  // In a group of its own, so that Ctrl-C does not take it along.
  const shell = spawn('/bin/sh', ['-c', script, 'leash', ...words], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.unref()
  const held = /** @type {import('node:net').Socket} */ (shell.stdin)
  held.unref()
  return () => held.end('done')
}
