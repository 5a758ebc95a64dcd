'use server'
// Reading a workspace registry and installing from it.
import { InstallRegistry, PreviewRegistry } from '@/lib/domain/workspace-registry'
import { installFromRegistry } from '@/lib/use-cases/install-registry'
import { previewRegistry } from '@/lib/use-cases/preview-registry'
import { action } from '@/lib/web/action'

export const previewRegistryAction = action({
  name: 'registry.preview',
  input: PreviewRegistry,
  run: ({ actor, deps, input }) => previewRegistry(deps, actor, input),
})

export const installRegistryAction = action({
  name: 'registry.install',
  input: InstallRegistry,
  run: ({ actor, deps, input }) => installFromRegistry(deps, actor, input),
})
