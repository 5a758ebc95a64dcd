// One connection to a shared PostgreSQL for as long as this process runs. Whoever restores a backup or changes the secret sees by it that the
// portal is up; the pool's own connections come and go.
import { listen } from '@/lib/db/listen'

export async function showPresence(connectionString: string, signal: AbortSignal): Promise<void> {
  const nothing = () => undefined
  await listen({ connectionString, channels: [], onNotify: nothing, onConnected: nothing, onLost: nothing, signal })
}
