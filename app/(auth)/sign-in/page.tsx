import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { PlainPage } from '@/components/shell/plain-page'
import { Card } from '@/components/ui/card'
import { callbackPath } from '@/lib/web/callback-path'
import { deps } from '@/lib/web/deps'
import { findActor } from '@/lib/web/require-actor'
import type { SearchParams } from '@/lib/web/search-params'
import { SignInForm } from './sign-in-form'

export const metadata: Metadata = { title: 'Sign in' }

export default async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  const next = callbackPath((await searchParams).callbackUrl)
  if (await findActor()) redirect(next)
  return (
    <PlainPage>
      <Card>
        <SignInForm next={next} portalOrigin={deps().config.publicUrl.origin} />
      </Card>
    </PlainPage>
  )
}
