// Looks an image up by its reference.
import type Dockerode from 'dockerode'

export type FoundImage = { id: string; sizeBytes: number; labels: Record<string, string> }

// Generous: a machine that is installing packages at the same time answers late.
const answerMs = 60_000

/** Null when the engine says that it has none; a failed question throws. */
export async function findImage(docker: Dockerode, reference: string): Promise<FoundImage | null> {
  const abortSignal = AbortSignal.timeout(answerMs)
  try {
    const [image] = await docker.listImages({ filters: JSON.stringify({ reference: [reference] }), abortSignal })
    return image === undefined ? null : { id: image.Id, sizeBytes: image.Size, labels: image.Labels ?? {} }
  } catch (error) {
    if (abortSignal.aborted) throw new Error(`The Docker Engine did not answer within ${answerMs / 1000} s.`, { cause: error })
    throw error
  }
}
