import { inertText } from '@/components/ui/inert-text'
import { formatBytes, formatCount, formatNumber } from '@/lib/client/format'
import type { SaveReport } from '@/lib/domain/image-save'

/** Names come from inside the desktop: shown as text, and never more than fits. */
export function SaveReportView({ report }: { report: SaveReport }) {
  const { sizeBytes, diff, removed, moreRemoved } = report
  return (
    <div className="flex flex-col gap-4 [overflow-wrap:anywhere]">
      <p>
        <strong className="font-medium">{formatBytes(sizeBytes)}</strong> more than its parent: {formatNumber(diff.added)} added,{' '}
        {formatNumber(diff.changed)} changed, {formatNumber(diff.deleted)} deleted.
      </p>
      {diff.groups.length > 0 ? (
        <div className="max-h-72 overflow-y-auto rounded-md border border-line">
          <ul className="divide-y divide-line text-xs">
            {diff.groups.map((group) => (
              <li key={group.folder} className="px-3 py-2">
                <details>
                  <summary className="rounded-sm">
                    <code>{inertText(group.folder)}</code> <span className="text-muted">{groupWords(group)}</span>
                  </summary>
                  <ul className="mt-1 pl-4 text-muted">
                    {group.examples.map((path) => (
                      <li key={path}>
                        <code>{inertText(path)}</code>
                      </li>
                    ))}
                  </ul>
                </details>
              </li>
            ))}
          </ul>
          {diff.moreGroups > 0 && (
            <p className="border-line border-t px-3 py-2 text-muted text-xs">and {formatCount(diff.moreGroups, 'folder')} more</p>
          )}
        </div>
      ) : (
        <p className="text-muted">Nothing differs from its parent.</p>
      )}
      <details className="text-xs">
        <summary className="w-fit rounded-sm">
          {removed.length === 0
            ? 'Nothing private was found'
            : `${formatCount(removed.length + moreRemoved, 'private path')} taken out`}
        </summary>
        <ul className="mt-1 pl-4 text-muted">
          {removed.map((path) => (
            <li key={path}>
              <code>{inertText(path)}</code>
            </li>
          ))}
          {moreRemoved > 0 && <li>and {formatNumber(moreRemoved)} more</li>}
        </ul>
      </details>
      <p className="text-muted text-xs">
        Berth knows the usual places. Passwords that you typed into other files are in the image, and everybody who launches it
        can read them.
      </p>
    </div>
  )
}

function groupWords({ added, changed, deleted }: SaveReport['diff']['groups'][number]): string {
  return [added && `${added} added`, changed && `${changed} changed`, deleted && `${deleted} deleted`].filter(Boolean).join(', ')
}
