// That a new start would bring another build of the workspace's image, and what to do about it.
import type { ImageUpdate } from '@/lib/domain/image-update'

type Words = { badge: string; title: string; text: string }

const useIt =
  'Save your work, then stop the session and start it again to use it. It goes on as it is until then; files in the home stay.'

export const imageUpdateWords: Record<ImageUpdate, Words> = {
  newer: { badge: 'Newer image', title: 'A newer image of this workspace is ready', text: useIt },
  newerComing: {
    badge: 'Newer image on its way',
    title: 'A newer image of this workspace is on its way to its host',
    text: 'A new start uses it as soon as it is complete there. Nothing has to be done now.',
  },
  other: {
    badge: 'Other image chosen',
    title: 'An administrator has chosen another build of this workspace’s image',
    text: useIt,
  },
  otherComing: {
    badge: 'Other image on its way',
    title: 'An administrator has chosen another build of this workspace’s image',
    text: 'It is on its way to the host. Nothing has to be done now.',
  },
}
