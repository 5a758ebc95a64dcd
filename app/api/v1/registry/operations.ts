// Workspace registries over the API: look at one, install from it, export ours as one.
import { z } from 'zod'
import { answerOf } from '@/app/api/v1/answers'
import { Id } from '@/lib/domain/ids'
import { WorkspaceImageFields } from '@/lib/domain/workspace-image'
import {
  InstallRegistry,
  PreviewRegistry,
  type RegistryInstallation,
  type RegistryPreview,
} from '@/lib/domain/workspace-registry'
import { exportRegistry } from '@/lib/use-cases/export-registry'
import { installFromRegistry } from '@/lib/use-cases/install-registry'
import { previewRegistry } from '@/lib/use-cases/preview-registry'
import { operation } from '@/lib/web/operation'

const text = z.string()
/** A registry of 4 MiB, as text inside JSON. */
const maxJsonBytes = 6 * 1024 * 1024

const RegistryPreviewAnswer = answerOf<RegistryPreview>()(
  z.object({
    name: text,
    digest: text,
    notes: z.array(text),
    entries: z.array(
      z.object({
        key: text,
        name: text,
        fields: z.object(WorkspaceImageFields.shape).nullable(),
        problem: text.nullable(),
        lines: z.array(
          z.object({
            field: text,
            verdict: z.enum(['used', 'changed', 'ignored', 'refused']),
            value: text,
            why: text.nullable(),
          }),
        ),
        icon: z.enum(['none', 'embedded', 'address']),
        iconUrl: text.nullable(),
        privileges: z.array(text),
        present: z.object({ id: text, name: text }).nullable(),
      }),
    ),
  }),
)

export const previewRegistryOperation = operation({
  name: 'registry.preview',
  method: 'POST',
  path: '/registry/preview',
  summary: 'Say what would be made of a workspace registry; nothing is changed',
  body: PreviewRegistry,
  maxJsonBytes,
  answer: RegistryPreviewAnswer,
  run: ({ actor, deps, input }) => previewRegistry(deps, actor, input),
})

export const installRegistryOperation = operation({
  name: 'registry.install',
  method: 'POST',
  path: '/registry/install',
  summary: 'Install chosen workspaces of a registry as workspace images, with the digest of its preview',
  body: InstallRegistry,
  maxJsonBytes,
  status: 201,
  answer: answerOf<RegistryInstallation>()(
    z.object({ installed: z.array(z.object({ key: text, imageId: text, name: text, iconProblem: text.nullable() })) }),
  ),
  run: ({ actor, deps, input }) => installFromRegistry(deps, actor, input),
})

const imageIds = z
  .string()
  .max(25 * 500)
  .transform((ids) => ids.split(','))
  .pipe(z.array(Id).max(500))

export const exportRegistryOperation = operation({
  name: 'registry.export',
  method: 'GET',
  path: '/registry/export',
  summary: 'Get workspace images as a registry in Kasm’s format: those of `images`, or all. It has no secrets',
  query: z.strictObject({ images: imageIds.optional() }),
  answer: z.record(text, z.unknown()),
  run: async ({ actor, deps, query }) => {
    const registry = await exportRegistry(deps, actor, { imageIds: query.images ?? null })
    return new Response(JSON.stringify(registry, null, 2), {
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': 'attachment; filename="berth-workspaces.json"',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    })
  },
})
