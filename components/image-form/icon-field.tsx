'use client'
import { ImageUp, Trash2 } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import { useFormContext, useWatch } from 'react-hook-form'
import { Button } from '@/components/ui/button'
import { WorkspaceIcon } from '@/components/workspace-icon/workspace-icon'
import { cn } from '@/lib/client/cn'
import { iconMediaTypes } from '@/lib/domain/icon'
import { builtInIcons } from '@/lib/domain/workspace-image'
import { DifferenceMark } from './difference-mark'
import { useImageFormContext } from './image-form-context'
import type { ImageForm } from './image-form-values'
import { readIcon } from './read-icon'

/** One of the built-in pictures, or one of their own, which wins. */
export function IconField({ className }: { className?: string }) {
  const { control, setValue } = useFormContext<ImageForm>()
  const [iconName, iconId] = useWatch({ control, name: ['iconName', 'iconId'] })
  const { differences } = useImageFormContext()
  const difference = differences.get('iconName') ?? differences.get('iconId')
  const labelId = useId()

  function choose(name: ImageForm['iconName']) {
    setValue('iconName', name, { shouldDirty: true, shouldValidate: true })
    setValue('iconId', null, { shouldDirty: true, shouldValidate: true })
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand in the grid of the other fields.
    <div role="group" aria-labelledby={labelId} data-field="iconName" className={cn('flex flex-col gap-2', className)}>
      <span id={labelId} className="font-medium">
        Icon
      </span>
      <div className="flex flex-wrap items-start gap-4">
        <WorkspaceIcon icon={{ name: iconName, id: iconId }} size="lg" />
        <div className="flex min-w-0 flex-1 basis-64 flex-wrap gap-1">
          {builtInIcons.map((name) => (
            <label
              key={name}
              title={name}
              className="grid size-9 place-items-center rounded-md border border-transparent text-muted hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-ink has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:size-11"
            >
              <input
                type="radio"
                name="iconName"
                aria-label={name}
                checked={iconId === null && iconName === name}
                onChange={() => choose(name)}
                className="sr-only"
              />
              <WorkspaceIcon icon={{ name, id: null }} size="bare" />
            </label>
          ))}
        </div>
      </div>
      <IconUpload iconId={iconId} onChange={(id) => setValue('iconId', id, { shouldDirty: true, shouldValidate: true })} />
      {difference && <DifferenceMark difference={{ ...difference, label: 'Icon' }} />}
    </div>
  )
}

function IconUpload({ iconId, onChange }: { iconId: string | null; onChange: (iconId: string | null) => void }) {
  const { actions } = useImageFormContext()
  const picker = useRef<HTMLInputElement>(null)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  async function upload(file: File) {
    setProblem(null)
    setPending(true)
    const read = await readIcon(file)
    if (read.ok) {
      const result = await actions.storeIcon({ base64: read.base64 })
      if (result.ok) onChange(result.data.iconId)
      else setProblem(result.fields?.icon ?? result.message)
    } else setProblem(read.problem)
    setPending(false)
  }

  return (
    <div className="flex flex-wrap items-center gap-2">
      <input
        ref={picker}
        type="file"
        aria-label="Icon file"
        accept={iconMediaTypes.join(',')}
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          const file = event.target.files?.[0]
          // The same file may be chosen again after it was changed.
          event.target.value = ''
          if (file) void upload(file)
        }}
      />
      <Button size="sm" pending={pending} pendingLabel="Uploading…" onClick={() => picker.current?.click()}>
        <ImageUp aria-hidden="true" />
        Upload a picture
      </Button>
      {iconId !== null && (
        <Button size="sm" variant="ghost" onClick={() => onChange(null)}>
          <Trash2 aria-hidden="true" />
          Use the built-in icon
        </Button>
      )}
      <p role="status" className={cn('basis-full text-xs', problem ? 'text-danger' : 'text-muted')}>
        {problem ?? 'PNG, JPEG, WebP or GIF, at most 256 KiB. It is shown at 40 pixels.'}
      </p>
    </div>
  )
}
