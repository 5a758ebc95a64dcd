'use client'
// Files that are dragged over the page. Over the desktop's frame a page hears nothing of them, so the frame's own page tells it.
import { useCallback, useEffect, useState } from 'react'

export type FileDrag = { over: boolean; begin: () => void; end: () => void }

export function useFileDrag(enabled: boolean): FileDrag {
  const [over, setOver] = useState(false)
  const end = useCallback(() => setOver(false), [])
  const begin = useCallback(() => setOver(enabled), [enabled])
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
    const enter = (event: DragEvent) => hasFiles(event) && begin()
    // A file that is dropped beside everything would replace the page.
    const refuse = (event: DragEvent) => hasFiles(event) && event.preventDefault()
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', refuse)
    window.addEventListener('drop', refuse)
    return () => {
      window.removeEventListener('dragenter', enter)
      window.removeEventListener('dragover', refuse)
      window.removeEventListener('drop', refuse)
    }
  }, [begin])
  return { over: over && enabled, begin, end }
}
