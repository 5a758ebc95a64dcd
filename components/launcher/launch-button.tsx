import { buttonLook } from '@/components/ui/button'
import { cn } from '@/lib/client/cn'

type LaunchButtonProps = {
  name: string
  describedBy: string
  never: boolean
  launching: boolean
  /** With the number of GPUs that is chosen beside it; 0 where there is nothing to choose. */
  onLaunch: (gpuCount: number) => void
}

/** The whole tile is its target; the button is what the keyboard and the eye find. */
export function LaunchButton({ name, describedBy, never, launching, onLaunch }: LaunchButtonProps) {
  const idle = !(never || launching)
  return (
    <button
      type="button"
      data-launch=""
      aria-label={`Launch ${name}`}
      aria-describedby={describedBy}
      aria-disabled={!idle || undefined}
      aria-busy={launching || undefined}
      onClick={
        idle ? (event) => onLaunch(Number(event.currentTarget.parentElement?.querySelector('select')?.value ?? 0)) : undefined
      }
      className={cn(
        buttonLook({ variant: never ? 'secondary' : 'primary', size: 'sm' }),
        'static! after:absolute after:inset-0 after:rounded-lg',
        launching && 'cursor-progress!',
        never && 'cursor-not-allowed!',
      )}
    >
      {launching ? 'Launching…' : 'Launch'}
    </button>
  )
}
