// Why GPUs that should be there are not, from what an engine says and what a container saw. Pure.
import type { EngineFacts, ProbeResult } from './container-host'
import type { GpuDiagnosis, GpuDiagnosisCode } from './gpu-diagnosis'
import { isNvidiaCdi } from './nvidia-cdi'

export type DiagnosisInput = {
  facts: Pick<EngineFacts, 'hasNvidiaRuntime' | 'cdiDevices' | 'toolkitVersion'>
  /** Null: no container could look. */
  probe: Pick<ProbeResult, 'gpus' | 'gpuProblem'> | null
  /** Every GPU that this agent ever had, as it stands after that look. */
  known: readonly { uuid: string; index: number; model: string; missing: boolean; excluded: boolean }[]
  /** How many an administrator says there are. */
  gpusExpected: number | null
}

/** Nothing where nobody expects a GPU: a host without any is in order. */
export function diagnoseGpus({ facts, probe, known, gpusExpected }: DiagnosisInput): GpuDiagnosis[] {
  const handsOut = handsOutGpus(facts)
  if (!handsOut && known.length === 0 && !gpusExpected) return []
  const toolkit = handsOut ? toolkitFault(facts.toolkitVersion) : []
  const cause = handsOut ? causeOfNone(probe) : { code: 'no_runtime' as const, params: {} }
  // Where there are none at all for one reason, that each of them is missing says nothing more.
  if (cause) return [cause, ...toolkit]
  return [...brokenGpu(probe), ...toolkit, ...tooFew(probe, gpusExpected), ...missing(known)]
}

/** Whether an engine says that it has GPUs to hand out. */
export function handsOutGpus(facts: Pick<EngineFacts, 'hasNvidiaRuntime' | 'cdiDevices'>): boolean {
  return facts.hasNvidiaRuntime || facts.cdiDevices.some(isNvidiaCdi)
}

type Cause = { code: GpuDiagnosisCode; match: RegExp }

/** In the words of Docker, the toolkit and nvidia-smi. */
const causes: Cause[] = [
  { code: 'no_runtime', match: /could not select device driver|unknown or invalid runtime|unknown runtime|unresolvable CDI/i },
  { code: 'no_runtime', match: /nvidia-container-(runtime|cli)[^:]*: (no such file|executable file not found)/i },
  { code: 'no_driver', match: /driver not loaded|communicate with the NVIDIA driver|libnvidia-ml\.so|driver rpc error/i },
  { code: 'container_sees_none', match: /no devices (were )?found|no supported gpu/i },
]

function causeOfNone(probe: DiagnosisInput['probe']): GpuDiagnosis | null {
  if (!probe?.gpus || probe.gpus.length > 0) return null
  const { gpuProblem } = probe
  if (gpuProblem === null) return { code: 'container_sees_none', params: {} }
  const code = causes.find(({ match }) => match.test(gpuProblem))?.code ?? 'nvidia_smi_failed'
  return { code, params: { said: gpuProblem.slice(0, 300) } }
}

/** Others are there, so one that nvidia-smi complains about is broken. */
function brokenGpu(probe: DiagnosisInput['probe']): GpuDiagnosis[] {
  if (!probe?.gpuProblem) return []
  return [{ code: 'nvidia_smi_failed', params: { said: probe.gpuProblem.slice(0, 300) } }]
}

function tooFew(probe: DiagnosisInput['probe'], expected: number | null): GpuDiagnosis[] {
  if (!probe?.gpus || expected === null) return []
  const seen = probe.gpus.filter((gpu) => gpu.kind === 'device').length
  return seen < expected ? [{ code: 'fewer_than_expected', params: { seen, expected } }] : []
}

function missing(known: DiagnosisInput['known']): GpuDiagnosis[] {
  return known
    .filter((gpu) => gpu.missing && !gpu.excluded)
    .map(({ uuid, index, model }) => ({ code: 'gpu_missing', params: { uuid, index, model } }))
}

/** A version that nobody knows is no fault; the page shows that it is not known. */
function toolkitFault(version: string | null): GpuDiagnosis[] {
  const parts = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '')
  if (!version || !parts) return []
  const [major, minor, patch] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number]
  const isBelow = (than: readonly [number, number, number]) => (major - than[0] || minor - than[1] || patch - than[2]) < 0
  if (isBelow([1, 17, 8])) return [{ code: 'toolkit_escape', params: { version } }]
  return isBelow([1, 20, 0]) ? [{ code: 'toolkit_leaks_egl', params: { version } }] : []
}
