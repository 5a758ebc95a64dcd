import { expect, test } from 'vitest'
import { layerProgress } from './layer-progress'

function messagesFor(...texts: string[]): string[] {
  const messages: string[] = []
  const report = layerProgress((message) => messages.push(message))
  for (const text of texts) report(text)
  return messages
}

test('a layer is named when it starts, and its size when it ends', () => {
  expect(
    messagesFor(
      'Step 12/60 : RUN sh /tmp/berth-build/as-layer.sh install-torch.sh\n',
      ' ---> Running in 0123\n',
      'layer: 17000 files and folders, 5600 MB\n',
    ),
  ).toEqual(['step 12 of 60: PyTorch', 'PyTorch: 5600 MB'])
})

test('packages are counted while they are unpacked and set up', () => {
  const step = 'Step 5/60 : RUN sh /tmp/berth-build/as-layer.sh install-system.sh\n'
  const plan = '0 upgraded, 2 newly installed, 0 to remove.\n'
  expect(
    messagesFor(step, plan, 'Unpacking a (1) ...\n', 'Unpacking b (1) ...\n', 'Setting up a (1) ...\nSetting up b (1) ...\n'),
  ).toEqual([
    'step 5 of 60: tools, compilers and Python',
    'tools, compilers and Python: 25 % of its packages',
    'tools, compilers and Python: 50 % of its packages',
    'tools, compilers and Python: 100 % of its packages',
  ])
})

test('what comes from an earlier build says so', () => {
  expect(
    messagesFor('Step 20/60 : RUN sh as-layer.sh install-python-packages.sh /opt/ml learning.txt\n', ' ---> Using cache\n'),
  ).toEqual(['step 20 of 60: machine-learning packages', 'machine-learning packages: as built before'])
})
