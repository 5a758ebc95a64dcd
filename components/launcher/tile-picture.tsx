import type { ReactNode } from 'react'

/** The built-in pictures by name, drawn on the server: as components they would weigh more than the rest of the page. */
export type Pictures = Record<string, ReactNode>

type TilePictureProps = { icon: { name: string; id: string | null }; pictures: Pictures }

export function TilePicture({ icon, pictures }: TilePictureProps) {
  if (icon.id === null) return pictures[icon.name] ?? pictures.desktop
  return (
    <span aria-hidden="true" className="size-10 shrink-0 overflow-hidden rounded-lg border border-line bg-sunken">
      <img src={`/api/v1/icons/${icon.id}`} alt="" loading="lazy" className="size-full object-cover" />
    </span>
  )
}
