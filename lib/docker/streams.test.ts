import { expect, test } from 'vitest'
import { jsonLines } from './json-lines'
import { demultiplex, toPlainText } from './log-tail'
import { fromProbeOutput } from './probe-output'

async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<string | Buffer> {
  yield* parts
}

test('lines of JSON are read however the network cuts them, also within a character', async () => {
  const bytes = Buffer.from('{"a":"ü"}\r\n{"a":2}\n\n{"a":3}')
  const cut = bytes.indexOf(0xc3) + 1
  const found: unknown[] = []
  for await (const value of jsonLines(chunks(bytes.subarray(0, cut), bytes.subarray(cut, 14), bytes.subarray(14))))
    found.push(value)
  expect(found).toEqual([{ a: 'ü' }, { a: 2 }, { a: 3 }])
})

function frame(stream: number, text: string): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.alloc(8)
  head.writeUInt8(stream, 0)
  head.writeUInt32BE(body.length, 4)
  return Buffer.concat([head, body])
}

test('a log is put together from its frames, and a cut frame does no harm', () => {
  const whole = Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n')])
  expect(demultiplex(whole).toString()).toBe('one\ntwo\n')
  expect(demultiplex(whole.subarray(0, whole.length - 2)).toString()).toBe('one\ntw')
})

test('a log is plain text: no colours, no control characters, no NUL [attack 34]', () => {
  expect(toPlainText(Buffer.from('\u001b[1;31mred\u001b[0m\u0000\u0007\r\nnext\tline\n\n'))).toBe('red\nnext\tline')
})

const disk = 'overlay 264212080 170000000 80124580 69% /'

test('the probe tells the disk', () => {
  expect(fromProbeOutput(`${disk}\n--berth-gpus--\n`)).toEqual({
    diskTotalBytes: 264_212_080 * 1024,
    diskFreeBytes: 80_124_580 * 1024,
    use: null,
    gpus: [],
    cudaVersion: null,
    gpuProblem: null,
  })
})

test('the probe tells what the host uses: memory that is not available, and processor time between two readings', () => {
  const stat = ['cpu  1000 0 500 8000 500 0 0 0 0 0', 'cpu  1060 0 540 8080 520 0 0 0 0 0']
  const use = ['MemTotal:  4000 kB', 'MemAvailable:  1000 kB', ...stat, '2'].join('\n')
  expect(fromProbeOutput(`${disk}\n--berth-use--\n${use}\n--berth-gpus--\n`).use).toEqual({
    cpuMillis: 1000,
    memoryBytes: 3000 * 1024,
  })
})

test('the probe tells GPUs and what nvidia-smi complains about beside the disk', () => {
  const said = 'Failed to initialize NVML: Driver/library version mismatch'
  const lines = ['--berth-gpu-list--', 'GPU 0: NVIDIA A10 (UUID: GPU-1)', '--berth-gpu-query--', said]
  expect(fromProbeOutput([disk, '--berth-gpus--', ...lines].join('\n'))).toMatchObject({
    diskFreeBytes: 80_124_580 * 1024,
    gpus: [{ uuid: 'GPU-1', model: 'NVIDIA A10' }],
    gpuProblem: said,
  })
})

test('an answer that makes no sense is an error, not an empty disk [attack 39]', () => {
  expect(() => fromProbeOutput('df: not found')).toThrow('could not be read')
})
