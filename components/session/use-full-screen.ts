'use client'
import { type RefObject, useEffect, useState } from 'react'

type FullScreen = { possible: boolean; on: boolean; toggle: () => void }

/** Phones without the API simply get no button. */
export function useFullScreen(element: RefObject<HTMLElement | null>): FullScreen {
  const [possible, setPossible] = useState(false)
  const [on, setOn] = useState(false)

  useEffect(() => {
    setPossible(document.fullscreenEnabled === true)
    const onChange = () => setOn(document.fullscreenElement !== null)
    document.addEventListener('fullscreenchange', onChange)
    return () => document.removeEventListener('fullscreenchange', onChange)
  }, [])

  function toggle() {
    const change = document.fullscreenElement ? document.exitFullscreen() : element.current?.requestFullscreen()
    // Refused without a fresh click: nothing happened, and the button is still there.
    change?.catch(() => {})
  }

  return { possible, on, toggle }
}
