'use client'
import { useQuery } from '@tanstack/react-query'
import { useFormContext, useWatch } from 'react-hook-form'
import { CodeBlock } from '@/components/ui/code-block'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { RadioCards } from '@/components/ui/radio-cards'
import { SkeletonLines } from '@/components/ui/skeleton'
import { agentQueries } from '@/lib/client/agent-queries'
import { readFailure } from '@/lib/client/read-failure'
import { HostField, PortField } from './address-fields'
import { AgentField } from './agent-field'
import type { AgentForm } from './agent-form-values'
import { PemInput } from './pem-input'

const keyKinds = [
  { value: 'portal', label: 'The portal’s own', hint: 'Made by the portal; its private half never leaves it.' },
  { value: 'own', label: 'One of mine', hint: 'Pasted once, kept encrypted, never shown again.' },
]

export function SshFields({ keyIsStored }: { keyIsStored: boolean }) {
  const { setValue } = useFormContext<AgentForm>()
  // A key belongs to one host: for another it must be confirmed anew.
  const otherHost = () => setValue('hostKey', '')
  return (
    <>
      <HostField
        hint="Name or address at which the portal reaches its ssh server, and desktops their published ports."
        onChanged={otherHost}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <AgentField name="sshUser" label="User" required hint="Of the group docker, which equals root there.">
          {({ wiring, input }) => (
            <Input {...wiring} {...input} placeholder="berth" autoComplete="off" autoCapitalize="off" spellCheck={false} />
          )}
        </AgentField>
        <PortField name="sshPort" hint="22 for ssh." onChanged={otherHost} />
      </div>
      <AgentField name="sshSocketPath" label="Docker’s socket there" required hint="Usually /var/run/docker.sock.">
        {({ wiring, input }) => <Input {...wiring} {...input} className="font-mono" spellCheck={false} autoComplete="off" />}
      </AgentField>
      <AgentField
        name="hostKey"
        label="Key of the host"
        required
        hint="Its fingerprint. Leave it empty: the first try shows it, and you confirm it."
      >
        {({ wiring, input }) => (
          <Input {...wiring} {...input} className="font-mono" placeholder="SHA256:…" spellCheck={false} autoComplete="off" />
        )}
      </AgentField>
      <KeyFields keyIsStored={keyIsStored} />
    </>
  )
}

function KeyFields({ keyIsStored }: { keyIsStored: boolean }) {
  const { control } = useFormContext<AgentForm>()
  const sshKey = useWatch({ control, name: 'sshKey' })
  const user = useWatch({ control, name: 'sshUser' })
  return (
    <>
      <AgentField name="sshKey" as="group" label="Key that the portal shows" hint="" className="sm:col-span-2">
        {({ input }) => (
          <RadioCards
            name="sshKey"
            cards={keyKinds}
            columns={2}
            value={input.value}
            onChange={(event) => input.onChange(event.target.value)}
          />
        )}
      </AgentField>
      {sshKey === 'portal' ? (
        <PortalKey user={user} />
      ) : (
        <AgentField
          name="privateKey"
          label="Private key"
          required={!keyIsStored}
          hint="Without a passphrase. Whoever has it controls the host."
          className="sm:col-span-2"
        >
          {({ wiring, input }) => (
            <PemInput
              wiring={wiring}
              {...input}
              fileName="id_ed25519"
              {...(keyIsStored ? { placeholder: 'Stored. Leave empty to keep it.' } : {})}
            />
          )}
        </AgentField>
      )}
    </>
  )
}

function PortalKey({ user }: { user: string }) {
  const read = useQuery(agentQueries.sshKey())
  const failure = readFailure(read, 'The portal’s key could not be read')
  if (failure) {
    return (
      <Notice tone="danger" title={failure.title} className="sm:col-span-2">
        {failure.reason}
      </Notice>
    )
  }
  if (!read.data) return <SkeletonLines lines={2} />
  return (
    <CodeBlock
      label={`Add this line to ~${user.trim() || 'user'}/.ssh/authorized_keys on the host`}
      text={read.data.publicKey}
      wrap
      className="sm:col-span-2"
    />
  )
}
