'use client'
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react'
import { tileAfterKey } from './tile-navigation'

export type TileKeys = {
  search: RefObject<HTMLInputElement | null>
  grid: RefObject<HTMLUListElement | null>
  onGridKey: (event: KeyboardEvent) => void
  onSearchKey: (event: KeyboardEvent) => void
}

/** "/" leads to the search, down from there to the tiles, arrows from tile to tile; Enter on a tile is the button's own. */
export function useTileKeys(): TileKeys {
  const search = useRef<HTMLInputElement>(null)
  const grid = useRef<HTMLUListElement>(null)
  const buttons = () => [...(grid.current?.querySelectorAll<HTMLElement>('[data-launch]') ?? [])]

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
      event.preventDefault()
      search.current?.focus()
      search.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  function onGridKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const all = buttons()
    const at = all.indexOf(event.target as HTMLElement)
    const places = all.map((button) => {
      const { top, left } = (button.closest('li') ?? button).getBoundingClientRect()
      return { top: Math.round(top), left: Math.round(left) }
    })
    const to = tileAfterKey(event.key, at, places)
    if (to === null) {
      if (event.key === 'ArrowUp' && at >= 0) search.current?.focus()
      return
    }
    event.preventDefault()
    all[to]?.focus()
  }

  function onSearchKey(event: KeyboardEvent) {
    if (event.key !== 'ArrowDown' && event.key !== 'Enter') return
    event.preventDefault()
    buttons()[0]?.focus()
  }

  return { search, grid, onGridKey, onSearchKey }
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.closest('input, textarea, select, dialog') !== null)
}
