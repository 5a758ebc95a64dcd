type ShowMoreProps = { count: number; of: string; onShow: () => void }

export function ShowMore({ count, of, onShow }: ShowMoreProps) {
  if (count <= 0) return null
  return (
    <button
      type="button"
      onClick={onShow}
      className="mt-4 w-full rounded-lg border border-line border-dashed py-3 text-muted hover:bg-hover hover:text-ink"
    >
      Show {count} more {of}
    </button>
  )
}
