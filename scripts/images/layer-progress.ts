// The engine's chatter while it builds the machine-learning desktop, reduced to its layers and how far each one is.

const layerNames: Record<string, string> = {
  'install-system.sh': 'tools, compilers and Python',
  'install-torch.sh': 'PyTorch',
  'learning.txt': 'machine-learning packages',
  'install-programs.sh': 'editor, browser and viewers',
  'jupyter.txt': 'JupyterLab',
  'install-tensorflow.sh': 'TensorFlow',
  'spyder.txt': 'Spyder',
  'install-geo.sh': 'the geographic part',
  'install-desktop.sh': 'icons and the first notebook',
}

export function layerProgress(progress: (message: string) => void): (text: string) => void {
  let layer: string | undefined
  let packages = packagePercent()
  return (text) => {
    const step = /^Step (\d+)\/(\d+) : (.*)/.exec(text)
    if (step !== null) {
      layer = layerOf(step[3] ?? '')
      packages = packagePercent()
      if (layer !== undefined) progress(`step ${step[1]} of ${step[2]}: ${layer}`)
    }
    if (layer === undefined) return
    if (/Using cache/.test(text)) progress(`${layer}: as built before`)
    const size = /^layer: .*, (\d+) MB/m.exec(text)
    if (size !== null) progress(`${layer}: ${size[1]} MB`)
    const percent = packages(text)
    if (percent !== null) progress(`${layer}: ${percent} % of its packages`)
  }
}

function layerOf(instruction: string): string | undefined {
  if (!instruction.startsWith('RUN ')) return undefined
  const named = instruction.trim().split(/\s+/).reverse()
  return layerNames[named.find((word) => layerNames[word] !== undefined) ?? '']
}

/** In steps of a quarter: each package is unpacked, then set up. */
function packagePercent(): (text: string) => number | null {
  let steps = 0
  let done = 0
  let reported = 0
  return (text) => {
    steps = 2 * Number(/(\d+) newly installed/.exec(text)?.[1] ?? steps / 2)
    done += text.match(/^(Unpacking|Setting up) /gm)?.length ?? 0
    const percent = steps === 0 ? 0 : Math.min(100, Math.floor((100 * done) / steps))
    if (percent < reported + 25) return null
    reported = percent
    return percent
  }
}
