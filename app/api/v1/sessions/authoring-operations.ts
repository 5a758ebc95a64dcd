// Authoring sessions over the API: start one, open a terminal as root in it, save it as a workspace image.
import { z } from 'zod'
import { Gone, SessionDetailAnswer } from '@/app/api/v1/answers'
import { Id } from '@/lib/domain/ids'
import { SavedImage } from '@/lib/domain/image-save'
import { openRootTerminal } from '@/lib/use-cases/open-root-terminal'
import { cancelSave, commitSave, prepareSave } from '@/lib/use-cases/save-session'
import { startAuthoring } from '@/lib/use-cases/start-authoring'
import { operation } from '@/lib/web/operation'

const params = z.object({ sessionId: Id })

export const startAuthoringOperation = operation({
  name: 'image.author',
  method: 'POST',
  path: '/images/{imageId}/author',
  summary: 'Start an authoring session of a workspace image, to change it by hand',
  params: z.object({ imageId: Id }),
  status: 201,
  answer: SessionDetailAnswer,
  run: ({ actor, deps, params: { imageId } }) => startAuthoring(deps, actor, { imageId }),
})

export const rootTerminalOperation = operation({
  name: 'session.root-terminal',
  method: 'POST',
  path: '/sessions/{sessionId}/root-terminal',
  summary: 'Open a terminal as root on the desktop of your authoring session',
  params,
  answer: Gone,
  run: ({ actor, deps, params: { sessionId } }) => openRootTerminal(deps, actor, { sessionId }),
})

export const prepareSaveOperation = operation({
  name: 'session.save',
  method: 'POST',
  path: '/sessions/{sessionId}/save',
  summary:
    'End the desktop of your authoring session and clean it; `save` of the answer tells size and differences when it is ready',
  params,
  answer: SessionDetailAnswer,
  run: ({ actor, deps, params: { sessionId } }) => prepareSave(deps, actor, { sessionId }),
})

export const commitSaveOperation = operation({
  name: 'session.save-commit',
  method: 'POST',
  path: '/sessions/{sessionId}/save/commit',
  summary: 'Make a workspace image of what is ready; the session ends with it',
  params,
  body: SavedImage,
  answer: SessionDetailAnswer,
  run: ({ actor, deps, params: { sessionId }, input }) => commitSave(deps, actor, { sessionId, ...input }),
})

export const cancelSaveOperation = operation({
  name: 'session.save-cancel',
  method: 'POST',
  path: '/sessions/{sessionId}/save/cancel',
  summary: 'Take the save back; the desktop starts again with everything that was changed in it',
  params,
  answer: SessionDetailAnswer,
  run: ({ actor, deps, params: { sessionId } }) => cancelSave(deps, actor, { sessionId }),
})
