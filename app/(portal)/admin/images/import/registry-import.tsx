'use client'
import { useState } from 'react'
import { InstalledList } from '@/components/workspace-registry/installed-list'
import { RegistryChoice } from '@/components/workspace-registry/registry-choice'
import { RegistrySourceForm } from '@/components/workspace-registry/registry-source-form'
import { imageQueries } from '@/lib/client/image-queries'
import { useAction } from '@/lib/client/use-action'
import type { RegistryPreview, RegistrySource } from '@/lib/domain/workspace-registry'
import { installRegistryAction, previewRegistryAction } from './actions'

type Looked = { source: RegistrySource; preview: RegistryPreview }

/** Three steps on one page: where the registry is, what to take of it, what was made. */
export function RegistryImport() {
  const [looked, setLooked] = useState<Looked | null>(null)
  const read = useAction(previewRegistryAction)
  const install = useAction(installRegistryAction, { invalidates: [imageQueries.all] })
  const [done, setDone] = useState<Awaited<ReturnType<typeof install.run>> | null>(null)

  async function look(source: RegistrySource) {
    setDone(null)
    setLooked(null)
    install.reset()
    const result = await read.run({ source })
    if (result.ok) setLooked({ source, preview: result.data })
  }

  if (done?.ok) return <InstalledList installed={done.data.installed} onAgain={() => setDone(null)} />
  return (
    <div className="flex flex-col gap-5">
      <RegistrySourceForm pending={read.pending} failure={read.failure} onRead={(source) => void look(source)} />
      {looked && (
        <RegistryChoice
          key={looked.preview.digest}
          preview={looked.preview}
          pending={install.pending}
          failure={install.failure}
          onInstall={async (choice) =>
            setDone(await install.run({ ...choice, source: looked.source, digest: looked.preview.digest }))
          }
        />
      )}
    </div>
  )
}
