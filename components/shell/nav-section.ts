import type { NavItem } from './nav-link'

export type NavSection = { title?: string; items: readonly NavItem[] }
