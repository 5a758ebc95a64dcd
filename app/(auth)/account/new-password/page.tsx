import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { PlainPage } from '@/components/shell/plain-page'
import { Card } from '@/components/ui/card'
import { requirePageActor } from '@/lib/web/require-actor'
import { NewPassword } from './new-password'

export const metadata: Metadata = { title: 'Choose a password' }

/** The first page of someone whose password another person chose; there is no way around it. */
export default async function NewPasswordPage() {
  const actor = await requirePageActor({ beforePasswordChange: true })
  if (!actor.mustChangePassword) redirect('/account')
  return (
    <PlainPage>
      <Card
        title="Choose a password of your own"
        description={`Signed in as ${actor.name}. The password you were given holds only until you replace it.`}
      >
        <NewPassword />
      </Card>
    </PlainPage>
  )
}
