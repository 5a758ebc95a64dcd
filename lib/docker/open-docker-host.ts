// The port to one Docker Engine over dockerode. Everything Docker-shaped stays in this folder.
import type { OpenHost } from '@/lib/domain/container-host'
import { containerVerbs } from './containers'
import { openEngine } from './engine'
import { factVerbs } from './engine-facts'
import { gpuWatchVerbs } from './gpu-watch'
import { hostVolumeVerbs } from './host-volumes'
import { imageRoomVerbs } from './image-room'
import { imageTransferVerbs } from './image-transfer'
import { imageVerbs } from './images'
import { publishedPortVerbs } from './published-port'
import { watchEvents } from './watch-events'

export const openDockerHost: OpenHost = (connection, installId) => {
  const engine = openEngine(connection, installId)
  return {
    ...containerVerbs(engine),
    ...imageVerbs(engine),
    ...imageTransferVerbs(engine),
    ...imageRoomVerbs(engine),
    ...factVerbs(engine),
    ...hostVolumeVerbs(engine),
    ...publishedPortVerbs(engine),
    ...gpuWatchVerbs(engine),
    watch: (signal) => watchEvents(engine, signal),
  }
}
