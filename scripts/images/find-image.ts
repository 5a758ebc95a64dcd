// Looks an image up by its reference.
import type Dockerode from 'dockerode'

export type FoundImage = { id: string; sizeBytes: number; labels: Record<string, string> }

const answerMs = 20_000

/** Null when the engine says that it has none; a failed question throws. */
export async function findImage(docker: Dockerode, reference: string): Promise<FoundImage | null> {
  const [image] = await docker.listImages({
    filters: JSON.stringify({ reference: [reference] }),
    abortSignal: AbortSignal.timeout(answerMs),
  })
  return image === undefined ? null : { id: image.Id, sizeBytes: image.Size, labels: image.Labels ?? {} }
}
