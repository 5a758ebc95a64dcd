import { Gauge, HeartPulse, Layers, Microchip, MonitorPlay, Server, Settings, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { SideNavLayout } from '@/components/shell/side-nav-layout'
import { QueryProvider } from '@/lib/client/query-client'
import { requirePageActor } from '@/lib/web/require-actor'

const sections = [
  {
    items: [
      { href: '/admin', label: 'Overview', icon: <Gauge />, exact: true },
      { href: '/admin/agents', label: 'Agents', icon: <Server /> },
      { href: '/admin/gpus', label: 'GPUs', icon: <Microchip /> },
      { href: '/admin/images', label: 'Workspace images', icon: <Layers /> },
      { href: '/admin/sessions', label: 'Sessions', icon: <MonitorPlay /> },
    ],
  },
  {
    items: [
      { href: '/admin/users', label: 'People', icon: <Users /> },
      { href: '/admin/health', label: 'Health', icon: <HeartPulse /> },
      { href: '/admin/settings', label: 'Settings', icon: <Settings /> },
    ],
  },
]

export default async function AdminLayout({ children }: { children: ReactNode }) {
  await requirePageActor({ permission: 'fleet:view' })
  return (
    <SideNavLayout label="Administration" sections={sections}>
      <QueryProvider>{children}</QueryProvider>
    </SideNavLayout>
  )
}
