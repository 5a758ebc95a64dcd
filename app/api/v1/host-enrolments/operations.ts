// Lines that add hosts, for administrators.
import { z } from 'zod'
import { answerOf, Gone, pageOf } from '@/app/api/v1/answers'
import { EnrolmentRef, enrolmentStates, HostEnrolmentCreate, type HostEnrolmentView } from '@/lib/domain/host-enrolment'
import { CursorQuery } from '@/lib/domain/page'
import { createHostEnrolment } from '@/lib/use-cases/create-host-enrolment'
import { getHostEnrolment, pageHostEnrolments } from '@/lib/use-cases/list-host-enrolments'
import { revokeHostEnrolment } from '@/lib/use-cases/revoke-host-enrolment'
import { operation } from '@/lib/web/operation'

const text = z.string()
const time = z.iso.datetime()

const EnrolmentAnswer = answerOf<HostEnrolmentView>()(
  z.object({
    id: text,
    name: text,
    groups: z.array(text),
    address: text.nullable(),
    port: z.int(),
    state: z.enum(enrolmentStates),
    createdBy: text,
    createdAt: time,
    expiresAt: time,
    problem: text.nullable(),
    hint: text.nullable(),
    agentId: text.nullable(),
  }),
)

export const listEnrolments = operation({
  name: 'host-enrolment.list',
  method: 'GET',
  path: '/host-enrolments',
  summary: 'List lines that add hosts',
  query: CursorQuery,
  answer: pageOf(EnrolmentAnswer),
  run: ({ actor, deps, query }) => pageHostEnrolments(deps, actor, query),
})

export const createEnrolment = operation({
  name: 'host-enrolment.create',
  method: 'POST',
  path: '/host-enrolments',
  summary: 'Make a line that adds a host; its token is good once, for half an hour, and shown this once',
  body: HostEnrolmentCreate,
  status: 201,
  answer: z.object({ enrolment: EnrolmentAnswer, command: text, onlyThisMachine: z.boolean() }),
  run: ({ actor, deps, input }) => createHostEnrolment(deps, actor, input),
})

export const getEnrolment = operation({
  name: 'host-enrolment.get',
  method: 'GET',
  path: '/host-enrolments/{enrolmentId}',
  summary: 'How far a host has come',
  params: EnrolmentRef,
  answer: EnrolmentAnswer,
  run: ({ actor, deps, params }) => getHostEnrolment(deps, actor, params),
})

export const revokeEnrolment = operation({
  name: 'host-enrolment.revoke',
  method: 'DELETE',
  path: '/host-enrolments/{enrolmentId}',
  summary: 'Withdraw a line whose host has not become an agent',
  params: EnrolmentRef,
  answer: Gone,
  run: ({ actor, deps, params }) => revokeHostEnrolment(deps, actor, params),
})
