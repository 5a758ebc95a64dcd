import type { Metadata } from 'next'
import { PageHeader } from '@/components/ui/page-header'
import { requirePageActor } from '@/lib/web/require-actor'
import { RegistryImport } from './registry-import'

export const metadata: Metadata = { title: 'Install from a registry' }

export default async function ImportPage() {
  await requirePageActor({ permission: 'image:manage' })
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/admin/images', label: 'Workspace images' }]}
        title="Install from a registry"
        description="Workspaces from a registry in Kasm’s format. You see what each becomes, and what is left out of it, before anything is made."
      />
      <RegistryImport />
    </>
  )
}
