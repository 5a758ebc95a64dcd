// Whoever asks, over the API.

import { MeAnswer } from '@/app/api/v1/people-answers'
import { getAccount } from '@/lib/use-cases/get-account'
import { operation } from '@/lib/web/operation'

export const getMe = operation({
  name: 'me.get',
  method: 'GET',
  path: '/me',
  summary: 'Who you are, what you hold and what you may hold',
  answer: MeAnswer,
  run: ({ actor, deps }) => getAccount(deps, actor),
})
