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
