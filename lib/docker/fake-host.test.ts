import { describe } from 'vitest'
import { containerHostContract } from './container-host-contract'
import { FakeHost } from './fake-host'

const installId = 'here'
const reference = 'test/desktop:1'
const host = new FakeHost(installId, [reference])

describe('the engine in memory keeps the contract', () => {
  containerHostContract({
    host: () => host,
    installId,
    reference,
    addForeign: async (name) => void host.foreign.add(name),
  })
})
