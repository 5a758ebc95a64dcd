/** The first stop of the keyboard; out of sight until it has the focus. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3.5 py-2 font-medium text-on-accent focus-visible:translate-y-0 focus-visible:shadow-pop"
    >
      Skip to content
    </a>
  )
}
