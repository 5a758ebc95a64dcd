'use client'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { CopyButton } from '@/components/ui/copy-button'
import { SearchInput } from '@/components/ui/search-input'
import { formatBytes, formatCount } from '@/lib/client/format'
import type { AgentDetail } from '@/lib/domain/agent-view'
import { shortDigest } from './short-digest'

const SHOWN = 15

/** What Docker holds there, as last listed, and in which build. */
export function AgentImages({ images }: { images: AgentDetail['images'] }) {
  const [search, setSearch] = useState('')
  const [all, setAll] = useState(false)
  const found = images.filter((image) => image.reference.toLowerCase().includes(search.toLowerCase()))
  const shown = all ? found : found.slice(0, SHOWN)
  return (
    <Card
      title="Docker images"
      description={images.length > 0 ? formatCount(images.length, 'image') : undefined}
      action={
        images.length > SHOWN ? (
          <SearchInput label="Find an image" value={search} onChange={setSearch} delayMs={0} slash={false} />
        ) : undefined
      }
      flush
    >
      {images.length === 0 && <p className="px-4 pb-4 text-muted">None were listed yet.</p>}
      {images.length > 0 && found.length === 0 && (
        <p className="px-4 pb-4 text-muted">None has these letters in its reference.</p>
      )}
      <ul>
        {shown.map((image) => (
          <li key={image.reference} className="flex items-center gap-3 border-line border-t px-4 py-1.5">
            <span className="min-w-0 flex-1 truncate font-mono text-xs" title={image.reference}>
              {image.reference}
            </span>
            <code
              className="text-muted text-xs max-sm:hidden"
              title={image.digest ?? `Image ID ${image.imageId}: no registry gave it a digest`}
            >
              {shortDigest(image.digest ?? image.imageId)}
              {image.digest === null && ' (image ID)'}
            </code>
            <span className="text-muted text-xs tabular-nums">{formatBytes(image.sizeBytes)}</span>
            <CopyButton text={image.reference} label={`Copy ${image.reference}`} variant="ghost" />
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <div className="border-line border-t px-4 py-2">
          <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
            Show all {found.length}
          </Button>
        </div>
      )}
    </Card>
  )
}
