// Why the GPUs of an agent are not all there, or not safe to hand out: stable codes, each with a section in docs/gpu-diagnosis.md.
import { z } from 'zod'

export const gpuDiagnosisCodes = [
  'no_runtime',
  'no_driver',
  'toolkit_escape',
  'toolkit_leaks_egl',
  'container_sees_none',
  'nvidia_smi_failed',
  'fewer_than_expected',
  'gpu_missing',
] as const
export type GpuDiagnosisCode = (typeof gpuDiagnosisCodes)[number]

export const GpuDiagnosis = z.object({
  code: z.enum(gpuDiagnosisCodes),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
})
export type GpuDiagnosis = z.output<typeof GpuDiagnosis>

/** Worded for administrators; `hint` says what to do first, `anchor` is the heading in docs/gpu-diagnosis.md. */
export type GpuDiagnosisView = {
  code: GpuDiagnosisCode
  severity: 'error' | 'warning'
  text: string
  hint: string
  anchor: string
}

type Params = GpuDiagnosis['params']
type Words = { severity: 'error' | 'warning'; text: (params: Params) => string; hint: string }

const gpus = (count: unknown) => (Number(count) === 1 ? '1 GPU' : `${count} GPUs`)
const said = (params: Params) => (params.said ? `: ${params.said}` : '.')

const words: Record<GpuDiagnosisCode, Words> = {
  no_runtime: {
    severity: 'error',
    text: (params) => `Docker can hand out no GPU on this agent${said(params)}`,
    hint: 'Install the NVIDIA container toolkit there, run nvidia-ctk runtime configure and restart Docker.',
  },
  no_driver: {
    severity: 'error',
    text: (params) => `The NVIDIA driver does not run on this agent${said(params)}`,
    hint: 'Run nvidia-smi on the host itself; install the driver or restart the host after an update of its kernel.',
  },
  toolkit_escape: {
    severity: 'error',
    text: (params) => `The NVIDIA container toolkit ${params.version} lets a container take over its host (CVE-2025-23266).`,
    hint: 'Update the toolkit on the host to 1.17.8 or newer before anybody uses this agent.',
  },
  toolkit_leaks_egl: {
    severity: 'warning',
    text: (params) =>
      `The NVIDIA container toolkit ${params.version} shows desktops the graphics devices of GPUs that they do not hold.`,
    hint: 'Update the toolkit on the host to 1.20 or newer.',
  },
  container_sees_none: {
    severity: 'error',
    text: () => 'A container that asked for every GPU of this agent sees none.',
    hint: 'Run docker run --rm --gpus all with nvidia-smi on the host, and check the configuration of the toolkit.',
  },
  nvidia_smi_failed: {
    severity: 'error',
    text: (params) => `nvidia-smi fails on this agent${said(params)}`,
    hint: 'Look for Xid messages in the kernel’s log on the host; after an update of the driver, restart the host.',
  },
  fewer_than_expected: {
    severity: 'warning',
    text: (params) => `${gpus(params.seen)} of the ${params.expected} that this agent should have are there.`,
    hint: 'Run nvidia-smi -L on the host, or correct the number that is expected.',
  },
  gpu_missing: {
    severity: 'warning',
    text: (params) => `GPU ${params.index} (${params.model}) is not seen any more.`,
    hint: 'Run nvidia-smi on the host. If it was taken out for good, exclude it.',
  },
}

export function viewGpuDiagnosis({ code, params }: GpuDiagnosis): GpuDiagnosisView {
  const { severity, text, hint } = words[code]
  // GitHub keeps underscores in the anchors of headings.
  return { code, severity, text: text(params), hint, anchor: code }
}

/** From Agent.gpuDiagnoses; what an older version wrote there and nobody knows any more is left out. */
export function readGpuDiagnoses(stored: unknown): GpuDiagnosis[] {
  if (!Array.isArray(stored)) return []
  return stored.flatMap((entry) => GpuDiagnosis.safeParse(entry).data ?? [])
}
