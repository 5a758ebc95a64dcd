/** A tab, whether it switches a part of the page or leads to an address. */
export const tabLook =
  '-mb-px inline-flex shrink-0 items-center gap-2 border-transparent border-b-2 px-3 py-2 font-medium text-muted transition-colors hover:text-ink focus-visible:-outline-offset-2'
