// What leaves the server about the tag of a workspace image, its builds, and who runs which.

/** A build that the tag's registry has named, or that is pinned. */
export type ImageBuild = {
  /** `sha256:…` */
  digest: string
  /** Null: it is pinned, and nobody has heard the registry name it. */
  firstSeenAt: string | null
  /** Null until an agent has had it. */
  sizeBytes: number | null
  agents: { id: string; name: string }[]
  /** Of any workspace, running now. */
  sessions: { id: string; owner: string; workspace: string }[]
}

export type ImageUpdates = {
  /** tag: its registry is asked · digest: the reference names one build for ever · nothing: no registry gave what the agents have */
  follows: 'tag' | 'digest' | 'nothing'
  /** This build is run, whatever the tag names. */
  pinnedDigest: string | null
  /** What the tag names as last heard, and what it named before. */
  current: string | null
  previous: string | null
  currentSince: string | null
  /** When the registry last named a build, when it was last asked, and when it is next. */
  checkedAt: string | null
  triedAt: string | null
  nextCheckAt: string | null
  /** The registry says that the tag is not there. */
  missingSince: string | null
  /** Why the last question brought no build. */
  problem: string | null
  hint: string | null
  /** The newest first. */
  builds: ImageBuild[]
}

/** What came of asking now. */
export type ImageCheck = {
  /** moved: the tag names another build than before · same · missing: there is no such tag · unknown: nothing that one could go by */
  outcome: 'moved' | 'same' | 'missing' | 'unknown'
  digest: string | null
  problem: string | null
  hint: string | null
}
