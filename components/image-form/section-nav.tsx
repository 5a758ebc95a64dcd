'use client'
import { useEffect, useState } from 'react'
import { cn } from '@/lib/client/cn'
import { countIn, formSections } from './form-sections'
import type { ImageField } from './image-form-values'

type SectionNavProps = { differing: readonly ImageField[]; wrong: readonly ImageField[] }

/** Beside the form on wide screens: where one is, what differs and where something is wrong. */
export function SectionNav({ differing, wrong }: SectionNavProps) {
  const here = useSectionInView()
  return (
    <nav
      aria-label="Sections of the form"
      className="sticky top-[calc(var(--shell-top)+1.25rem)] hidden w-52 shrink-0 self-start xl:block"
    >
      <ol className="flex flex-col gap-0.5">
        {formSections.map(({ id, title }) => (
          <li key={id}>
            <a
              href={`#${id}`}
              aria-current={here === id ? 'true' : undefined}
              className={cn(
                'flex items-baseline justify-between gap-2 rounded-md border-l-2 px-3 py-1.5 hover:bg-hover',
                here === id ? 'border-accent font-medium text-ink' : 'border-transparent text-muted',
              )}
            >
              {title}
              <Counts wrong={countIn(id, wrong)} differs={countIn(id, differing)} />
            </a>
          </li>
        ))}
        <li>
          <a
            href="#review"
            aria-current={here === 'review' ? 'true' : undefined}
            className={cn(
              'block rounded-md border-l-2 px-3 py-1.5 hover:bg-hover',
              here === 'review' ? 'border-accent font-medium text-ink' : 'border-transparent text-muted',
            )}
          >
            Before saving
          </a>
        </li>
      </ol>
    </nav>
  )
}

function Counts({ wrong, differs }: { wrong: number; differs: number }) {
  if (wrong > 0) return <span className="shrink-0 font-medium text-danger text-xs tabular-nums">{wrong} to correct</span>
  if (differs > 0) return <span className="shrink-0 text-accent-ink text-xs tabular-nums">{differs} differ</span>
  return null
}

function useSectionInView(): string {
  const [here, setHere] = useState<string>(formSections[0].id)
  useEffect(() => {
    const sections = [...formSections.map(({ id }) => id), 'review'].flatMap((id) => document.getElementById(id) ?? [])
    // The band just below the header decides: the section that crosses it is the one being read.
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) if (entry.isIntersecting) setHere(entry.target.id)
      },
      { rootMargin: '-15% 0px -75% 0px' },
    )
    for (const section of sections) observer.observe(section)
    return () => observer.disconnect()
  }, [])
  return here
}
