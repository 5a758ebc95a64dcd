import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'

type CardButtonProps = { label: string; pending: boolean; onPress: () => void; children: ReactNode }

/** An icon with its name on hover: the platform's own tip, which costs nothing. */
export function CardButton({ label, pending, onPress, children }: CardButtonProps) {
  return (
    <Button
      variant="ghost"
      size="sm"
      title={label}
      aria-label={label}
      pending={pending}
      onClick={onPress}
      className="w-7 px-0! pointer-coarse:w-9"
    >
      {children}
    </Button>
  )
}
