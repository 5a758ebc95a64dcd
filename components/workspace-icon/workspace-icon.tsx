import {
  AudioLines,
  Bot,
  Box,
  Brain,
  ChartLine,
  CodeXml,
  Database,
  FlaskConical,
  Globe,
  Gpu,
  Image,
  type LucideIcon,
  Map as MapIcon,
  Monitor,
  NotebookText,
  SquareTerminal,
  Worm,
} from 'lucide-react'
import { cn } from '@/lib/client/cn'
import type { builtInIcons } from '@/lib/domain/workspace-image'

type BuiltIn = (typeof builtInIcons)[number]

const pictures: Record<BuiltIn, LucideIcon> = {
  desktop: Monitor,
  terminal: SquareTerminal,
  python: Worm,
  notebook: NotebookText,
  chart: ChartLine,
  database: Database,
  cube: Box,
  globe: Globe,
  code: CodeXml,
  brain: Brain,
  gpu: Gpu,
  robot: Bot,
  image: Image,
  audio: AudioLines,
  map: MapIcon,
  flask: FlaskConical,
}

const frames = {
  bare: 'size-5 [&_svg]:size-5',
  sm: 'size-7 rounded-md border border-line bg-sunken [&_svg]:size-4',
  md: 'size-10 rounded-lg border border-line bg-sunken [&_svg]:size-5',
  lg: 'size-14 rounded-xl border border-line bg-sunken [&_svg]:size-7',
} as const

type WorkspaceIconProps = { icon: { name: string; id: string | null }; size?: keyof typeof frames; className?: string }

/** A workspace's picture: the uploaded one, or a built-in one by name. It only decorates: the name stands beside it. */
export function WorkspaceIcon({ icon, size = 'md', className }: WorkspaceIconProps) {
  const Picture = Object.hasOwn(pictures, icon.name) ? pictures[icon.name as BuiltIn] : Monitor
  return (
    <span
      aria-hidden="true"
      className={cn('grid shrink-0 place-items-center overflow-hidden text-muted', frames[size], className)}
    >
      {icon.id ? <img src={`/api/v1/icons/${icon.id}`} alt="" loading="lazy" className="size-full object-cover" /> : <Picture />}
    </span>
  )
}
