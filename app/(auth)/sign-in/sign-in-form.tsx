'use client'
import { type FormEvent, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { signIn } from '@/lib/client/credentials'
import { useHydrated } from '@/lib/client/use-hydrated'
import type { Failure } from '@/lib/domain/failure'

type SignInFormProps = {
  /** A path of the portal, checked by the server. */
  next: string
  /** Where the portal wants to be opened: cookies and desktops work there only. */
  portalOrigin: string
}

export function SignInForm({ next, portalOrigin }: SignInFormProps) {
  const [failure, setFailure] = useState<Failure | null>(null)
  const [pending, setPending] = useState(false)
  const hydrated = useHydrated()
  const elsewhere = hydrated && window.location.origin !== portalOrigin
  const password = useRef<HTMLInputElement>(null)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    setPending(true)
    setFailure(null)
    const refused = await signIn({ name: String(fields.get('name') ?? ''), password: String(fields.get('password') ?? '') })
    if (!refused) {
      // A full load: nothing of whoever was here before may stay in memory.
      window.location.assign(next)
      return
    }
    setPending(false)
    setFailure(refused)
    password.current?.select()
  }

  return (
    // Before the script runs, a form without a method would put the password into the address.
    <form method="post" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <h1 className="font-semibold text-lg">Sign in</h1>
      {elsewhere && (
        <Notice tone="warn" title="This is not the portal's own address.">
          Signing in works only at{' '}
          <a className="underline" href={portalOrigin}>
            {portalOrigin}
          </a>
          .
        </Notice>
      )}
      {failure && (
        <Notice tone="danger" title={failure.message} live>
          {failure.hint}
          {failure.reference && <span className="block font-mono text-xs">Reference {failure.reference}</span>}
        </Notice>
      )}
      <Field label="Name" required>
        <Input name="name" autoComplete="username" autoCapitalize="off" spellCheck={false} autoFocus required maxLength={64} />
      </Field>
      <Field label="Password" required>
        <Input ref={password} name="password" type="password" autoComplete="current-password" required maxLength={256} />
      </Field>
      <Button type="submit" variant="primary" size="lg" disabled={!hydrated} pending={pending} pendingLabel="Signing in…">
        Sign in
      </Button>
    </form>
  )
}
