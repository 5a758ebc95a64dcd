import { metricsMediaType } from '@/lib/domain/metrics'
import { readMetrics } from '@/lib/use-cases/read-metrics'
import { textAnswer } from '@/lib/web/answers'
import { operation } from '@/lib/web/operation'
import { requireMetricsReader } from '@/lib/web/require-metrics-reader'
import { routes } from '@/lib/web/route'

export const dynamic = 'force-dynamic'

const metrics = operation({
  name: 'metrics',
  method: 'GET',
  path: '/metrics',
  summary: 'Numbers for Prometheus',
  // Open to route(), because a token of its own counts here as well.
  open: true,
  run: async ({ deps, headers }) => {
    await requireMetricsReader(headers)
    return textAnswer(await readMetrics(deps), metricsMediaType)
  },
})

export const { GET, POST, PUT, PATCH, DELETE } = routes({ GET: metrics })
