// Projects in a home go on working when the next session of it comes from a newer image.
import { randomBytes } from 'node:crypto'
import type Docker from 'dockerode'
import { testEngine, testLabels } from '@/e2e/contract/desktop-container'
import { startUnderTest } from './desktop-under-test'
import type { Checks } from './run-checks'

const makeProjects = `
ml-project demo
set -e
python3.11 -m venv plain
uv venv -q managed
for e in plain managed projects/demo/.venv; do
  printf 'def answer():\\n    return 42\\n' > "$(echo $e/lib/python3.*/site-packages)/mine.py"
done`

const useProjects = `
for e in plain managed projects/demo/.venv; do
  $e/bin/python -c 'import mine, ssl, sqlite3; assert mine.answer() == 42' || { echo "$e is broken"; exit 1; }
done
projects/demo/.venv/bin/python -c 'import torch, mine; print("torch", torch.__version__, "and own packages")'
jupyter kernelspec list 2>/dev/null | grep -q ' *demo ' || { echo 'the kernel is not offered'; exit 1; }`

type Update = {
  image: string /** Left out, the image as a rebuild would leave it. */
  nextImage?: string | undefined
  hostConfig: Docker.HostConfig
}

/** As after a rebuild from newer packages: another file at the path of Python, packages of the desktop gone or moved, other layers. */
const rebuild = `
set -e
python=$(readlink -f "$(command -v python3.11)")
cp -a "$python" "$python.new" && mv "$python.new" "$python"
cd /opt/ml/lib/python3.11/site-packages
rm -rf seaborn seaborn-*
mv six.py six-moved.py && mv six-moved.py six.py
find . -maxdepth 2 -name '*.pyc' -delete`

export async function checkUpdate(
  { image, nextImage: given, hostConfig: common }: Update,
  check: Checks['check'],
): Promise<void> {
  const docker = testEngine()
  const name = `berth-image-test-${randomBytes(4).toString('hex')}`
  const hostConfig = { ...common, Mounts: [{ Type: 'volume' as const, Source: name, Target: '/home/kasm-user' }] }
  await docker.createVolume({ Name: name, Labels: testLabels })
  const inSession = async (tag: string, command: string) => {
    const desktop = await startUnderTest(tag, hostConfig)
    try {
      return await desktop.shell(command)
    } finally {
      await desktop.stop()
    }
  }
  const nextImage = given ?? (await rebuiltOf(image, name))
  try {
    await check('a home gets projects by venv, uv and ml-project', () => inSession(image, makeProjects))
    await check(`they work in ${nextImage}`, () => inSession(nextImage, useProjects))
  } finally {
    await docker.getVolume(name).remove()
    if (given === undefined) await docker.getImage(nextImage).remove()
  }
}

async function rebuiltOf(image: string, name: string): Promise<string> {
  const container = await testEngine().createContainer({
    Image: image,
    User: '0',
    Entrypoint: ['bash', '-c', rebuild],
    Cmd: [],
    Labels: testLabels,
  })
  try {
    await container.start()
    const { StatusCode } = (await container.wait()) as { StatusCode: number }
    if (StatusCode !== 0) throw new Error(`the rebuild ended with ${StatusCode}`)
    // A container's own user and command would go into the image.
    const { Config } = await testEngine().getImage(image).inspect()
    const changes = `USER ${Config.User}\nENTRYPOINT ${JSON.stringify(Config.Entrypoint)}\nCMD ${JSON.stringify(Config.Cmd ?? [])}`
    await container.commit({ repo: 'berth-test/rebuilt', tag: name, changes })
    return `berth-test/rebuilt:${name}`
  } finally {
    await container.remove({ force: true })
  }
}
