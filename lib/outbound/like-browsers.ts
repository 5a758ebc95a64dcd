import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'

/** Browsers know by themselves where names below localhost are. */
export const likeBrowsers: LookupFunction = (name, options, callback) =>
  lookup(/(^|\.)localhost$/.test(name) ? 'localhost' : name, options as object, callback as never)
