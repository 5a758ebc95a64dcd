'use client'
import { KeyRound } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { ConfirmDialog } from '@/components/ui/confirm-dialog'
import { EmptyState } from '@/components/ui/empty-state'
import { RelativeTime } from '@/components/ui/relative-time'
import type { ApiKeyView } from '@/lib/domain/user-view'
import { revokeApiKeyAction } from './actions'
import { CreateKeyDialog } from './create-key-dialog'

export function ApiKeysCard({ apiKeys }: { apiKeys: ApiKeyView[] }) {
  const [creating, setCreating] = useState(false)
  return (
    <Card
      title="API keys"
      description="For scripts, as “Authorization: Bearer …”. A key may do everything that you may."
      action={<Button onClick={() => setCreating(true)}>New key</Button>}
      flush
    >
      {apiKeys.length === 0 ? (
        <EmptyState bare icon={<KeyRound />} title="No API keys">
          Make one to launch workspaces from a script.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line border-line border-t">
          {apiKeys.map((apiKey) => (
            <ApiKeyRow key={apiKey.id} apiKey={apiKey} />
          ))}
        </ul>
      )}
      <CreateKeyDialog open={creating} onOpenChange={setCreating} />
    </Card>
  )
}

function ApiKeyRow({ apiKey }: { apiKey: ApiKeyView }) {
  const router = useRouter()
  const [revoking, setRevoking] = useState(false)
  return (
    <li className="flex items-center gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="truncate font-medium">{apiKey.name}</span>
          <code className="text-muted text-xs">{apiKey.prefix}…</code>
        </p>
        <p className="text-muted text-xs">
          made <RelativeTime time={apiKey.createdAt} />,{' '}
          {apiKey.lastUsedAt ? (
            <>
              last used <RelativeTime time={apiKey.lastUsedAt} />
            </>
          ) : (
            'never used'
          )}
          {apiKey.expiresAt && (
            <>
              , ends <RelativeTime time={apiKey.expiresAt} />
            </>
          )}
        </p>
      </div>
      <Button onClick={() => setRevoking(true)}>Revoke</Button>
      <ConfirmDialog
        open={revoking}
        onOpenChange={setRevoking}
        title={`Revoke the key “${apiKey.name}”?`}
        confirmLabel="Revoke key"
        onConfirm={async () => {
          const result = await revokeApiKeyAction({ apiKeyId: apiKey.id })
          if (result.ok) router.refresh()
          return result
        }}
      >
        Whatever uses it is refused from this moment. It cannot be brought back.
      </ConfirmDialog>
    </li>
  )
}
