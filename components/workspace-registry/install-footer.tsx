import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Switch } from '@/components/ui/switch'
import { formatCount } from '@/lib/client/format'
import type { Failure } from '@/lib/domain/failure'
import { maxInstalledAtOnce } from '@/lib/domain/workspace-registry'

type InstallFooterProps = {
  count: number
  /** Of the chosen, how many have their picture at an address. */
  addresses: number
  pending: boolean
  failure: Failure | null
  onInstall: (how: { enabled: boolean; fetchIcons: boolean }) => void
}

export function InstallFooter({ count, addresses, pending, failure, onInstall }: InstallFooterProps) {
  const [enabled, setEnabled] = useState(false)
  const [fetchIcons, setFetchIcons] = useState(false)
  const tooMany = count > maxInstalledAtOnce
  const pictures =
    addresses > 0
      ? `The portal asks ${formatCount(addresses, 'address', 'addresses')} that the registry names. Without, a built-in picture is used.`
      : 'None of the chosen has a picture at an address.'
  return (
    <div className="flex w-full flex-col gap-3">
      <Switch
        label="Switch them on at once"
        hint="Off: you look at each in the form first, and people see it when you switch it on."
        checked={enabled}
        onChange={(event) => setEnabled(event.target.checked)}
      />
      <Switch
        label="Fetch pictures"
        hint={pictures}
        checked={fetchIcons && addresses > 0}
        disabled={addresses === 0}
        onChange={(event) => setFetchIcons(event.target.checked)}
      />
      {tooMany && <Notice tone="warn">{`At most ${maxInstalledAtOnce} are installed at once.`}</Notice>}
      {failure && (
        <Notice tone="danger" live title={failure.message}>
          {failure.hint}
        </Notice>
      )}
      <div>
        <Button
          variant="primary"
          pending={pending}
          pendingLabel="Installing…"
          disabled={count === 0 || tooMany}
          onClick={() => onInstall({ enabled, fetchIcons: fetchIcons && addresses > 0 })}
        >
          {count === 0 ? 'Choose workspaces above' : `Install ${formatCount(count, 'workspace')}`}
        </Button>
      </div>
    </div>
  )
}
