'use server'
// What an administrator does in an authoring session.
import { CommitImageSave } from '@/lib/domain/image-save'
import { SessionRef } from '@/lib/domain/session'
import { openRootTerminal } from '@/lib/use-cases/open-root-terminal'
import { cancelSave, commitSave, prepareSave } from '@/lib/use-cases/save-session'
import { action } from '@/lib/web/action'

export const rootTerminalAction = action({
  name: 'session.root-terminal',
  input: SessionRef,
  run: ({ actor, deps, input }) => openRootTerminal(deps, actor, input),
})

export const prepareSaveAction = action({
  name: 'session.save',
  input: SessionRef,
  run: ({ actor, deps, input }) => prepareSave(deps, actor, input),
})

export const commitSaveAction = action({
  name: 'session.save-commit',
  input: CommitImageSave,
  run: ({ actor, deps, input }) => commitSave(deps, actor, input),
})

export const cancelSaveAction = action({
  name: 'session.save-cancel',
  input: SessionRef,
  run: ({ actor, deps, input }) => cancelSave(deps, actor, input),
})
