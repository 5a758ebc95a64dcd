// What an image promises without being started: its size by layer, and that nothing of the building machine is left in it.
import type Dockerode from 'dockerode'

export type ImageLayer = { createdBy: string; sizeBytes: number }

export async function imageLayers(docker: Dockerode, tag: string): Promise<ImageLayer[]> {
  const history: { CreatedBy?: string; Size: number }[] = await docker.getImage(tag).history()
  return history.map((layer) => ({ createdBy: layer.CreatedBy ?? '', sizeBytes: layer.Size }))
}

/** Lines of the history that could tell where packages came from. */
export function telltaleHistory(layers: ImageLayer[]): string[] {
  const telltale = /https?:\/\/|proxy|mirror|index[-_]url|berth-build/i
  return layers.map((layer) => layer.createdBy).filter((line) => telltale.test(line))
}
