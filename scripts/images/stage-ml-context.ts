// Collects what the machine-learning desktop is made from into one folder, with this machine's own settings beside it.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AptSettings } from './machine-apt'
import type { PythonSettings } from './machine-python'
import { hashTree, normaliseModes, type StagedContext } from './stage-desktop-context'

export type Flavour = 'cpu' | 'cuda'

const sources = ['Dockerfile', 'build', 'python', 'rootfs']
const place = '/tmp/berth-build/machine'

export async function stageMlContext(): Promise<StagedContext> {
  const folder = await mkdtemp(join(tmpdir(), 'berth-ml-context-'))
  try {
    const imageFolder = join(process.cwd(), 'images/desktop-ml')
    for (const name of sources) await cp(join(imageFolder, name), join(folder, name), { recursive: true })
    await normaliseModes(folder)
    return {
      folder,
      entries: [...sources, 'machine'],
      sourceHash: await hashTree(folder),
      remove: () => rm(folder, { recursive: true, force: true }),
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

/** Not part of the hash: the same sources built behind another mirror are the same image. */
export async function addMachineSettings(
  context: StagedContext,
  flavour: Flavour,
  apt: AptSettings,
  python: PythonSettings,
): Promise<void> {
  await mkdir(join(context.folder, 'machine'))
  const write = (name: string, text: string) => writeFile(join(context.folder, 'machine', name), text)
  const configuration = [apt.configuration]
  const environment = { ...python.environment, UV_HTTP_TIMEOUT: '180' }
  // Kasm's base is Ubuntu, with sources of its own. nvtop lies in contrib.
  if (flavour === 'cpu') {
    await write('sources.list', apt.sources.replace(/ main$/gm, ' main contrib'))
    configuration.push(`Dir::Etc::sourcelist "${place}/sources.list";`, 'Dir::Etc::sourceparts "/dev/null";')
  }
  if (python.caBundle !== null) {
    await write('ca.crt', python.caBundle)
    configuration.push(`Acquire::https::CAInfo "${place}/ca.crt";`)
    for (const name of ['SSL_CERT_FILE', 'PIP_CERT', 'CURL_CA_BUNDLE']) Object.assign(environment, { [name]: `${place}/ca.crt` })
  }
  await write('apt.conf', `${configuration.join('\n')}\n`)
  await write('environment', shellExports(environment))
}

function shellExports(environment: Record<string, string>): string {
  const quote = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`
  return Object.entries(environment)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('')
}
