'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { leave } from './leave'

export function SignOutButton() {
  const [pending, setPending] = useState(false)
  return (
    <Button
      variant="ghost"
      pending={pending}
      onClick={() => {
        setPending(true)
        void leave().finally(() => setPending(false))
      }}
    >
      Sign out
    </Button>
  )
}
