// Which tiles a search and a category leave. Pure, and quick enough to run on every key.
import type { LaunchTile } from '@/lib/domain/workspace-image-view'

type Searched = Pick<LaunchTile, 'name' | 'description' | 'categories'>

/** Every word must be found somewhere; case and accents do not matter. */
export function filterTiles<T extends Searched>(tiles: readonly T[], search: string, category: string): T[] {
  const words = plain(search).split(/\s+/).filter(Boolean)
  return tiles.filter((tile) => {
    if (category !== '' && !tile.categories.includes(category)) return false
    if (words.length === 0) return true
    const text = plain([tile.name, tile.description, ...tile.categories].join('\n'))
    return words.every((word) => text.includes(word))
  })
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}

/** Every category in use, by name. */
export function categoriesOf(tiles: readonly Pick<LaunchTile, 'categories'>[]): string[] {
  return [...new Set(tiles.flatMap((tile) => tile.categories))].sort((a, b) => a.localeCompare(b))
}
