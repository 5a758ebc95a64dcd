'use client'
import { useState } from 'react'
import { usePolledJson } from '@/lib/client/use-polled-json'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'
import { CategoryFilter } from './category-filter'
import { NoMatch, NoWorkspaces } from './gallery-empty'
import { asTiles } from './launcher-answers'
import { categoriesOf, filterTiles } from './tile-filter'
import type { Pictures } from './tile-picture'
import { TileSearch } from './tile-search'
import { type LaunchAction, useLaunch } from './use-launch'
import { useTileKeys } from './use-tile-keys'
import { WorkspaceTile } from './workspace-tile'

type WorkspaceGalleryProps = {
  tiles: readonly LaunchTile[]
  pictures: Pictures
  isAdmin: boolean
  launch: LaunchAction
}

const SHOWN_AT_FIRST = 48
const AVAILABILITY_POLL_MS = 10_000

/** Everything that can be launched, to be found by words, by category and by arrow keys. */
export function WorkspaceGallery({ tiles: initial, pictures, isAdmin, launch: action }: WorkspaceGalleryProps) {
  const [search, setSearch] = useState('')
  const [category, setCategory] = useState('')
  const [all, setAll] = useState(false)
  const { data: tiles } = usePolledJson({
    path: '/api/portal/workspaces',
    initial,
    as: asTiles,
    everyMs: () => AVAILABILITY_POLL_MS,
  })
  const { launch, launching } = useLaunch(action)
  const keys = useTileKeys()
  if (tiles.length === 0) return <NoWorkspaces isAdmin={isAdmin} />

  const found = filterTiles(tiles, search, category)
  const shown = all ? found : found.slice(0, SHOWN_AT_FIRST)
  return (
    <section aria-labelledby="workspaces">
      <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3">
        <h2 id="workspaces" className="font-semibold text-base">
          Workspaces
        </h2>
        <TileSearch value={search} onChange={setSearch} onKeyDown={keys.onSearchKey} ref={keys.search} />
        <CategoryFilter categories={categoriesOf(tiles)} value={category} onChange={setCategory} />
      </div>
      <p role="status" className="sr-only">
        {search || category ? `${found.length} of ${tiles.length} workspaces` : ''}
      </p>
      {found.length === 0 ? (
        <NoMatch
          onReset={() => {
            setSearch('')
            setCategory('')
            keys.search.current?.focus()
          }}
        />
      ) : (
        <ul
          ref={keys.grid}
          onKeyDown={keys.onGridKey}
          className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-4"
        >
          {shown.map((tile) => (
            <WorkspaceTile
              key={tile.id}
              tile={tile}
              pictures={pictures}
              launching={launching === tile.id}
              onLaunch={() => launch(tile.id)}
            />
          ))}
        </ul>
      )}
      {shown.length < found.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="mt-4 w-full rounded-lg border border-line border-dashed py-3 text-muted hover:bg-hover hover:text-ink"
        >
          Show {found.length - shown.length} more workspaces
        </button>
      )}
    </section>
  )
}
