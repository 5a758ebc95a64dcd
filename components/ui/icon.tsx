// One drawing as an element of its own. The drawings are Lucide's (ISC License, © Lucide Icons and Contributors); made this way
// they weigh half of what the package's own components do.
import type { ComponentProps, ReactNode } from 'react'

type IconProps = ComponentProps<'svg'>

export function icon(drawing: ReactNode) {
  return function Icon(props: IconProps) {
    return (
      <svg
        xmlns="http://www.w3.org/2000/svg"
        width="24"
        height="24"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        {...props}
      >
        {drawing}
      </svg>
    )
  }
}
