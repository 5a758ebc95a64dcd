'use client'
import { type KeyboardEvent, type ReactNode, useId } from 'react'
import { cn } from '@/lib/client/cn'
import { type Align, anchoredLook } from './anchored'
import { AppLink } from './app-link'
import { type ButtonSize, type ButtonVariant, buttonLook } from './button'
import { useAnchored } from './use-anchored'

export type DropdownMenuProps = {
  /** Names the menu and, where the trigger is an icon alone, the button. */
  label: string
  trigger: ReactNode
  /** MenuItem, MenuLink, MenuSeparator. */
  children: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: boolean
  align?: Align
  className?: string
  disabled?: boolean
}

const ITEM = '[role="menuitem"]:not([aria-disabled="true"])'

export function DropdownMenu(props: DropdownMenuProps) {
  const { label, trigger, children, variant = 'ghost', size = 'md', icon = false, align = 'end', className, disabled } = props
  const id = useId()
  const { anchor, popover, open, follow } = useAnchored('bottom', align)
  const items = () => [...(popover.current?.querySelectorAll<HTMLElement>(ITEM) ?? [])]

  function openWithArrow(event: KeyboardEvent) {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    popover.current?.showPopover()
    items()
      .at(event.key === 'ArrowDown' ? 0 : -1)
      ?.focus()
  }

  return (
    <>
      <button
        ref={anchor}
        type="button"
        popoverTarget={id}
        disabled={disabled}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        title={icon ? label : undefined}
        onKeyDown={openWithArrow}
        className={cn(buttonLook({ variant, size, icon }), className)}
      >
        {trigger}
        {icon && <span className="sr-only">{label}</span>}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onToggle={(event) => {
          follow(event)
          if (event.newState === 'open' && !popover.current?.contains(document.activeElement)) items()[0]?.focus()
        }}
        onKeyDown={(event) => moveWithin(event, items(), () => popover.current?.hidePopover())}
        onClick={(event) => {
          if ((event.target as Element).closest(ITEM)) popover.current?.hidePopover()
        }}
        className={cn(anchoredLook, 'enter min-w-44 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-pop')}
      >
        {children}
      </div>
    </>
  )
}

function moveWithin(event: KeyboardEvent, items: HTMLElement[], close: () => void) {
  const at = items.indexOf(document.activeElement as HTMLElement)
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }
  const move = moves[event.key]
  if (move !== undefined) {
    event.preventDefault()
    items.at(move % items.length)?.focus()
  } else if (event.key === 'Tab') {
    close()
  } else if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase()
    const order = [...items.slice(at + 1), ...items.slice(0, at + 1)]
    order.find((item) => item.textContent?.trim().toLowerCase().startsWith(letter))?.focus()
  }
}

const itemLook =
  'flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left text-sm pointer-coarse:py-2.5 hover:bg-hover focus:bg-hover focus-visible:-outline-offset-2 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted'

type MenuItemProps = {
  children: ReactNode
  onSelect: () => void
  icon?: ReactNode
  /** Destroys something: red, and the words must say what. */
  danger?: boolean
  /** Not possible now; `hint` says why. */
  disabled?: boolean
  hint?: ReactNode
}

export function MenuItem({ children, onSelect, icon, danger = false, disabled = false, hint }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      aria-disabled={disabled || undefined}
      onClick={disabled ? undefined : onSelect}
      className={cn(
        itemLook,
        danger && 'text-danger [&_svg]:text-danger',
        disabled && 'cursor-not-allowed! text-muted hover:bg-transparent',
      )}
    >
      {icon}
      <span className="min-w-0 flex-1">
        {children}
        {hint && <span className="block text-muted text-xs">{hint}</span>}
      </span>
    </button>
  )
}

type MenuLinkProps = { children: ReactNode; href: string; icon?: ReactNode; hint?: ReactNode }

export function MenuLink({ children, href, icon, hint }: MenuLinkProps) {
  return (
    <AppLink href={href} role="menuitem" tabIndex={-1} className={itemLook}>
      {icon}
      <span className="min-w-0 flex-1">
        {children}
        {hint && <span className="block text-muted text-xs">{hint}</span>}
      </span>
    </AppLink>
  )
}

export function MenuSeparator() {
  return <hr className="my-1 border-line" />
}
