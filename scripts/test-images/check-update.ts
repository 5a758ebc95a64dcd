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

type Update = { image: string; nextImage: string; hostConfig: Docker.HostConfig }

export async function checkUpdate({ image, nextImage, hostConfig: common }: Update, check: Checks['check']): Promise<void> {
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
  try {
    await check('a home gets projects by venv, uv and ml-project', () => inSession(image, makeProjects))
    await check(`they work in ${nextImage}`, () => inSession(nextImage, useProjects))
  } finally {
    await docker.getVolume(name).remove()
  }
}
