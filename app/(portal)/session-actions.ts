// The actions in the shape that session components take them.
import type { SessionActions } from '@/components/session/session-actions'
import {
  deleteSessionAction,
  extendSessionAction,
  pauseSessionAction,
  restartSessionAction,
  resumeSessionAction,
  retrySessionAction,
  startWithoutGpuAction,
  stopSessionAction,
} from './actions'

export const sessionActions: SessionActions = {
  pause: pauseSessionAction,
  resume: resumeSessionAction,
  retry: retrySessionAction,
  restart: restartSessionAction,
  startWithoutGpu: startWithoutGpuAction,
  stop: stopSessionAction,
  delete: deleteSessionAction,
  extend: extendSessionAction,
}
