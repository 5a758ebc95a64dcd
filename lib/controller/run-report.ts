// What one pass did: for tests, for the log and for whoever counts.
export type RunReport = {
  steps: { agentId: string; sessionId: string; step: string }[]
  failures: { agentId: string; sessionId: string | null; step: string; error: unknown }[]
  unreachable: { agentId: string; error: unknown }[]
  did(agentId: string, sessionId: string, step: string): void
  failed(agentId: string, sessionId: string | null, step: string, error: unknown): void
}

export function newRunReport(): RunReport {
  const report: RunReport = {
    steps: [],
    failures: [],
    unreachable: [],
    did: (agentId, sessionId, step) => void report.steps.push({ agentId, sessionId, step }),
    failed: (agentId, sessionId, step, error) => void report.failures.push({ agentId, sessionId, step, error }),
  }
  return report
}
