'use client'
import { type ReactNode, useState } from 'react'
import type { LaunchTile } from '@/lib/domain/workspace-image-view'
import { CategoryFilter } from './category-filter'
import { LaunchButton } from './launch-button'
import { ShowMore } from './show-more'
import { categoriesOf, filterTiles } from './tile-filter'
import { TileSearch } from './tile-search'
import { type LaunchAction, useLaunch } from './use-launch'
import { useTileKeys } from './use-tile-keys'

/** What the browser needs to find a tile and launch it, and what is to be seen of it, drawn by the server. */
export type DrawnTile = Pick<LaunchTile, 'id' | 'name' | 'description' | 'categories'> & {
  never: boolean
  body: ReactNode
  availability: ReactNode
  /** A list of sizes, where there is a choice. */
  sizes: ReactNode
}

type WorkspaceGalleryProps = { tiles: readonly DrawnTile[]; launch: LaunchAction; noMatch: ReactNode }

const SHOWN_AT_FIRST = 48

/** Everything that can be launched, to be found by words, by category and by arrow keys. */
export function WorkspaceGallery({ tiles, launch: action, noMatch }: WorkspaceGalleryProps) {
  const [search, setSearch] = useState('')
  const [category, setCategory] = useState('')
  const [all, setAll] = useState(false)
  const { launch, launching } = useLaunch(action)
  const keys = useTileKeys()
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
      {found.length === 0 && noMatch}
      <ul
        ref={keys.grid}
        onKeyDown={keys.onGridKey}
        className="grid grid-cols-[repeat(auto-fill,minmax(min(17rem,100%),1fr))] gap-4"
      >
        {shown.map((tile) => (
          <li
            key={tile.id}
            className="relative flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 shadow-card transition-colors focus-within:border-accent hover:border-control"
          >
            {tile.body}
            <div className="flex items-end justify-between gap-3">
              <div id={`tile-${tile.id}`} className="min-w-0 text-xs">
                {tile.availability}
              </div>
              <div className="flex items-center gap-2">
                {tile.sizes}
                <LaunchButton
                  name={tile.name}
                  describedBy={`tile-${tile.id}`}
                  never={tile.never}
                  launching={launching === tile.id}
                  onLaunch={(gpuCount) => launch(tile.id, gpuCount)}
                />
              </div>
            </div>
          </li>
        ))}
      </ul>
      <ShowMore count={found.length - shown.length} of="workspaces" onShow={() => setAll(true)} />
    </section>
  )
}
