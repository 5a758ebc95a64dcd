import { cn } from '@/lib/client/cn'

/** The first letters of up to two words: "Ada Lovelace" → AL, "ada" → AD. */
export function initialsOf(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean)
  const letters =
    words.length > 1 ? [words[0], words.at(-1)].map((word) => [...(word ?? '')][0]) : [...(words[0] ?? '?')].slice(0, 2)
  return letters.join('').toUpperCase()
}

type AvatarProps = { name: string; size?: 'sm' | 'md'; className?: string }

/** Decoration: the name itself stands beside it or names the button around it. */
export function Avatar({ name, size = 'md', className }: AvatarProps) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        'inline-grid shrink-0 place-items-center rounded-full border border-accent-line bg-accent-soft font-semibold text-accent-ink',
        size === 'sm' ? 'size-6 text-[0.625rem]' : 'size-8 text-xs',
        className,
      )}
    >
      {initialsOf(name)}
    </span>
  )
}
