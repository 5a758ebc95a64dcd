import { cn } from '@/lib/client/cn'

const frames = {
  bare: 'size-6 rounded',
  sm: 'size-7 rounded-md',
  md: 'size-10 rounded-lg',
  lg: 'size-14 rounded-xl',
} as const

type WorkspaceIconProps = { icon: { name: string; id: string | null }; size?: keyof typeof frames; className?: string }

/** A workspace's picture: the uploaded one, or a built-in one by name. It only decorates: the name stands beside it. */
export function WorkspaceIcon({ icon, size = 'md', className }: WorkspaceIconProps) {
  const source = icon.id ? `/api/v1/icons/${icon.id}` : `/icons/${encodeURIComponent(icon.name)}.svg`
  return (
    <img src={source} alt="" loading="lazy" className={cn('block shrink-0 bg-sunken object-cover', frames[size], className)} />
  )
}
