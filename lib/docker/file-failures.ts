// What the scripts in a session's container say when they did nothing, in our words.
import { DomainError } from '@/lib/domain/errors'
import { scriptExit } from './file-scripts'

const notPlain = new DomainError('file_refused', {
  message: 'This is no plain file: folders, links, pipes and devices are not transferred.',
  hint: 'Pack a folder on the desktop first, for example with tar or zip.',
})

export function scriptFailure(exitCode: number | null, complaint: string): DomainError {
  switch (exitCode) {
    case scriptExit.noTool:
      return new DomainError('file_refused', {
        message: `The image of this session has no ${toolOf(complaint)}, which files are transferred with.`,
        hint: 'An administrator adds it to the image.',
      })
    // What a shell says that is not there: engines answer for it themselves.
    case 126:
    case 127:
      return new DomainError('file_refused', {
        message: 'The image of this session has no shell, which files are transferred with.',
      })
    case scriptExit.noHome:
      return new DomainError('file_refused', { message: 'The home of the session cannot be entered by its user.' })
    case scriptExit.noFolder:
      return new DomainError('file_refused', {
        message: 'The folder is a link, is no folder, or belongs to somebody else than the user of the desktop.',
        hint: 'Rename what has its name, and the folder is made anew.',
      })
    case scriptExit.exists:
      return new DomainError('file_exists')
    case scriptExit.missing:
      return new DomainError('not_found', { message: 'There is no such file.' })
    case scriptExit.notPlain:
      return notPlain
    case scriptExit.isFolder:
      return new DomainError('file_refused', { message: 'A folder has that name.', hint: 'Choose another name.' })
    case scriptExit.unreadable:
      return new DomainError('file_refused', { message: 'The user of the desktop may not read that file.' })
    default:
      return fromComplaint(exitCode, complaint)
  }
}

function fromComplaint(exitCode: number | null, complaint: string): DomainError {
  if (exitCode === null && complaint === 'not plain') return notPlain
  if (/no space left|quota exceeded|wrote only/i.test(complaint))
    return new DomainError('disk_low', {
      message: 'There is no room for the file in the session.',
      hint: 'Delete something on the desktop, or ask an administrator.',
    })
  if (/read-only file system/i.test(complaint) || exitCode === scriptExit.notNamed)
    return new DomainError('file_refused', { message: 'The user of the desktop may not write into that folder.' })
  if (/shrank/.test(complaint))
    return new DomainError('transfer_broken', { message: 'The file became shorter while it was read.' })
  return new DomainError('transfer_broken', {
    message: 'The programs in the session that transfer the file ended.',
    detail: { exitCode, complaint: complaint.slice(-500) },
  })
}

/** The container's own word: a few letters of it. */
function toolOf(complaint: string): string {
  return /^[a-z]{1,10}$/.exec(complaint.trim())?.[0] ?? 'tar'
}
