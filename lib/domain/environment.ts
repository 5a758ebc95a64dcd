// Environment variables that an image may set for its sessions.
import { z } from 'zod'

// These decide what a container may see or who may enter it; Berth sets them itself.
const reserved = [
  /^NVIDIA_/,
  // Which GPUs a program is shown, by each maker's runtime.
  /^(CUDA|ROCR|HIP|HABANA)_VISIBLE_DEVICES$/,
  /^(GPU_DEVICE_ORDINAL|ZE_AFFINITY_MASK|ONEAPI_DEVICE_SELECTOR)$/,
  /^LD_/,
  /^VNC_PW$/,
  /^VNC_VIEW_ONLY_PW$/,
  /^VNCOPTIONS$/,
  /^KASM_API_/,
  /^KASM_PROFILE_/,
  /^BERTH_/,
]

/** Null when the name may be set, else why not. */
export function refusedEnvironmentName(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'A variable name has letters, digits and underscores only.'
  if (reserved.some((pattern) => pattern.test(name.toUpperCase()))) return `${name} is set by Berth and cannot be changed here.`
  return null
}

const controls = /(?![\t\n])\p{Cc}/u

export const Environment = z
  .record(
    z.string().max(128, 'A variable name has at most 128 characters.'),
    z
      .string()
      .max(8192, 'A value has at most 8,192 characters.')
      .refine((value) => !controls.test(value), 'A value has no control characters.'),
  )
  .superRefine((environment, context) => {
    const names = Object.keys(environment)
    if (names.length > 100) context.addIssue({ code: 'custom', message: 'At most 100 variables.' })
    for (const name of names) {
      const why = refusedEnvironmentName(name)
      if (why) context.addIssue({ code: 'custom', message: why, path: [name] })
    }
    const size = names.reduce((sum, name) => sum + name.length + (environment[name]?.length ?? 0), 0)
    if (size > 65_536) context.addIssue({ code: 'custom', message: 'All variables together have at most 64 KiB.' })
  })
export type Environment = z.output<typeof Environment>
