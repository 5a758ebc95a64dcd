// Who acts from the command line: somebody who can read the data directory may do what an administrator may.
import type { Actor } from '@/lib/domain/actor'

export function operatorActor(): Actor {
  return { id: 'operator', name: 'operator', role: 'admin', by: { kind: 'operator' }, mustChangePassword: false }
}
