// Live numbers of a GPU, as nvidia-smi tells them. Null is "[N/A]" or not known, never zero.
import { z } from 'zod'

const Reading = z.number().nullable()

export const GpuReading = z.object({
  uuid: z.string(),
  utilizationPercent: Reading,
  memoryUsedBytes: Reading,
  temperatureCelsius: Reading,
  powerWatts: Reading,
})
export type GpuReading = z.output<typeof GpuReading>

export const GpuReadings = z.array(GpuReading)
