'use client'
import { FileJson } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { RadioCards } from '@/components/ui/radio-cards'
import type { Failure } from '@/lib/domain/failure'
import { maxRegistryBytes, type RegistrySource } from '@/lib/domain/workspace-registry'

type RegistrySourceFormProps = { pending: boolean; failure: Failure | null; onRead: (source: RegistrySource) => void }

export function RegistrySourceForm({ pending, failure, onRead }: RegistrySourceFormProps) {
  const [kind, setKind] = useState<'url' | 'text'>('url')
  const [url, setUrl] = useState('')
  const [file, setFile] = useState<File | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setProblem(null)
    if (kind === 'url') {
      if (!/^https?:\/\/./i.test(url.trim())) return setProblem('Give an address that starts with https:// or http://.')
      return onRead({ kind: 'url', url: url.trim() })
    }
    if (!file) return setProblem('Choose a file.')
    if (file.size > maxRegistryBytes) return setProblem('A registry has at most 4 MiB.')
    const text = await file.text().catch(() => null)
    if (text === null) return setProblem('This file could not be read.')
    onRead({ kind: 'text', text })
  }

  return (
    <Card title="Where is it?">
      <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <Field label="Kind of source" as="group" hideLabel>
          <RadioCards
            name="registry-source"
            columns={2}
            value={kind}
            onChange={(event) => {
              setKind(event.target.value as 'url' | 'text')
              setProblem(null)
            }}
            cards={[
              {
                value: 'url',
                label: 'An address',
                hint: 'The portal fetches it: public addresses, and what BERTH_FETCH_ALLOW names.',
              },
              { value: 'text', label: 'A file', hint: 'list.json, workspace.json, or an export of another Berth.' },
            ]}
          />
        </Field>
        {kind === 'url' ? (
          <Field label="Address of the list" error={problem} hint="For example https://registry.example.org/1.1/list.json">
            <Input
              type="url"
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          </Field>
        ) : (
          <FilePicker file={file} problem={problem} onChoose={setFile} />
        )}
        {failure && (
          <Notice tone="danger" live title={failure.message}>
            {failure.hint}
          </Notice>
        )}
        <div>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Reading…">
            Look at it
          </Button>
        </div>
      </form>
    </Card>
  )
}

type FilePickerProps = { file: File | null; problem: string | null; onChoose: (file: File | null) => void }

function FilePicker({ file, problem, onChoose }: FilePickerProps) {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <Field label="Registry file" as="group" error={problem} hint="JSON, at most 4 MiB. Nothing is made before you choose.">
      {(control) => (
        <div className="flex flex-wrap items-center gap-3">
          <input
            ref={picker}
            type="file"
            accept=".json,application/json"
            aria-label="Registry file"
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              onChoose(event.target.files?.[0] ?? null)
              // The same file may be chosen again after it was changed.
              event.target.value = ''
            }}
          />
          <Button id={control.id} aria-describedby={control['aria-describedby']} onClick={() => picker.current?.click()}>
            <FileJson aria-hidden="true" />
            Choose a file
          </Button>
          <span className="min-w-0 text-muted [overflow-wrap:anywhere]">{file ? file.name : 'No file chosen'}</span>
        </div>
      )}
    </Field>
  )
}
