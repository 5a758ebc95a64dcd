// Every operation of the API, for the OpenAPI document. A test compares it with the routes that exist as files.
import type { Operation } from '@/lib/web/operation'
import * as agents from './agents/operations'
import * as gpus from './gpus/operations'
import * as hosts from './host/operations'
import * as hostEnrolments from './host-enrolments/operations'
import * as icons from './icons/operations'
import * as images from './images/operations'
import * as me from './me/operations'
import * as registry from './registry/operations'
import * as authoring from './sessions/authoring-operations'
import * as files from './sessions/file-operations'
import * as sessions from './sessions/operations'
import * as sessionStates from './sessions/state-operations'
import * as settings from './settings/operations'
import * as users from './users/operations'

export const everyOperation: Operation[] = [
  images,
  registry,
  sessions,
  authoring,
  files,
  sessionStates,
  agents,
  hostEnrolments,
  hosts,
  gpus,
  users,
  me,
  settings,
  icons,
].flatMap((module) => Object.values<Operation>(module))
