import type { Metadata } from 'next'
import { PageBody } from '@/components/shell/app-shell'
import { PageHeader } from '@/components/ui/page-header'
import { getAccount } from '@/lib/use-cases/get-account'
import { listApiKeys } from '@/lib/use-cases/list-api-keys'
import { listSignIns } from '@/lib/use-cases/list-sign-ins'
import { deps } from '@/lib/web/deps'
import { pageData } from '@/lib/web/page-data'
import { requirePageActor } from '@/lib/web/require-actor'
import { ApiKeysCard } from './api-keys-card'
import { PasswordCard } from './password-card'
import { SignInsCard } from './sign-ins-card'
import { UsageCard } from './usage-card'

export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const actor = await requirePageActor()
  const [account, signIns, apiKeys] = await pageData(
    Promise.all([getAccount(deps(), actor), listSignIns(deps(), actor), listApiKeys(deps(), actor)]),
  )
  return (
    <PageBody>
      <PageHeader
        title={account.user.displayName || account.user.name}
        description={`Signed in as ${account.user.name}${actor.role === 'admin' ? ', administrator' : ''}`}
      />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <UsageCard account={account} />
        <PasswordCard />
        <SignInsCard signIns={signIns} />
        <ApiKeysCard apiKeys={apiKeys} />
      </div>
    </PageBody>
  )
}
