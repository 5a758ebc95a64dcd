// The library, without what it loads for builds with BuildKit: gRPC and its protocols, which Berth never speaks, are nineteen megabytes in each process.
import { createRequire, Module } from 'node:module'
import type Docker from 'dockerode'

const require = createRequire(import.meta.url)

function withoutBuildSessions(): typeof Docker {
  const path = require.resolve('dockerode/lib/session')
  const empty = new Module(path)
  empty.loaded = true
  empty.exports = () => {
    throw new Error('builds with BuildKit are not made through this client')
  }
  require.cache[path] ??= empty
  return require('dockerode') as typeof Docker
}

const Library = withoutBuildSessions()

/** `options` may name as undefined what the library would otherwise take from the environment, which its types do not know. */
export function openDocker(options: object): Docker {
  return new Library(options as Docker.DockerOptions)
}
