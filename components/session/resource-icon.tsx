type ResourceIconProps = { name: 'cpu' | 'memory' | 'gpu' }

/** From one file of drawings: as elements they would make up most of a page that shows a hundred workspaces. */
export function ResourceIcon({ name }: ResourceIconProps) {
  return (
    <svg aria-hidden="true">
      <use href={`/icons/resources.svg#${name}`} />
    </svg>
  )
}
