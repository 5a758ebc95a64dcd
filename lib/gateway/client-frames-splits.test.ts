// What TCP may do to the frames of a viewer: nothing of it may turn a machine into a person or hide one.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { followClientFrames } from './client-frames'
import { maskedFrame } from './test-client'

const bytes = (...values: number[]) => Uint8Array.from(values)
const handshake = [Buffer.from('RFB 003.008\n'), bytes(2), new Uint8Array(16).fill(4), bytes(1)].map((part) => maskedFrame(part))
const acknowledgement = bytes(3, 0, 0, 0, 0, 0, 5, 0, 4, 0)
const keyPress = bytes(4, 1, 0, 0, 0, 0, 0, 0x61)
const pointerMove = bytes(5, 0, 0, 10, 0, 10)
/** Looks like key presses from its second byte on. */
const chatter = (length: number) => new Uint8Array(length).fill(4).fill(3, 0, 1)
const mask = (...values: number[]) => Buffer.from(values)

type Frame = { payload: Uint8Array; opcode?: number; isFinal?: boolean; mask?: Buffer | undefined }

function frame({ payload, opcode = 2, isFinal = true, mask: by }: Frame): Buffer {
  const made = maskedFrame(payload, opcode, by && Buffer.from(by))
  if (!isFinal) made[0] = (made[0] ?? 0) & 0x7f
  return made
}

function count(chunks: Iterable<Buffer>) {
  const seen = { human: 0, pictures: 0 }
  const follow = followClientFrames({ onHumanInput: () => seen.human++, onPictureRequest: () => seen.pictures++ })
  for (const chunk of chunks) follow(chunk)
  return seen
}

// Masks that make an acknowledgement look like a key press on the wire, and the other way round.
const disguises: Buffer[] = [mask(3 ^ 4, 0, 0, 0), mask(4 ^ 3, 9, 9, 9), mask(0, 0, 0, 0), mask(0xff, 0x80, 0x7f, 1)]

const dialogue: Frame[] = [
  { payload: acknowledgement, mask: disguises[0] as Buffer },
  { payload: keyPress, mask: disguises[1] as Buffer },
  // A message in three frames, with control frames between them: what looks like input in its later frames is the rest of an acknowledgement.
  { payload: acknowledgement.subarray(0, 4), isFinal: false },
  { payload: bytes(5, 4), opcode: 9 },
  { payload: bytes(4, 4, 4), opcode: 0, isFinal: false, mask: disguises[2] as Buffer },
  { payload: bytes(), opcode: 10 },
  { payload: bytes(255, 5, 4), opcode: 0 },
  { payload: chatter(126) },
  { payload: bytes() },
  { payload: chatter(300), mask: disguises[3] as Buffer },
  { payload: pointerMove },
  // A close frame with a reason that starts as a key press would.
  { payload: bytes(4, 4), opcode: 8 },
]
const expected = { human: 2, pictures: 4 }

test('a machine stays a machine and a person a person wherever two cuts fall, at every pair of offsets', () => {
  const stream = Buffer.concat([...handshake, ...dialogue.map(frame)])
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second += first % 7 === 0 ? 1 : 5) {
      const seen = count([stream.subarray(0, first), stream.subarray(first, second), stream.subarray(second)])
      if (seen.human !== expected.human || seen.pictures !== expected.pictures) expect([first, second, seen]).toEqual([])
    }
  }
})

test('frames with lengths of 16 and 64 bits are stepped over whole, cut at every offset', () => {
  const stream = Buffer.concat([
    ...handshake,
    frame({ payload: chatter(65_535) }),
    frame({ payload: keyPress }),
    frame({ payload: chatter(65_536) }),
    frame({ payload: pointerMove }),
  ])
  for (let cut = 0; cut <= stream.length; cut++) {
    const seen = count([stream.subarray(0, cut), stream.subarray(cut)])
    if (seen.human !== 2 || seen.pictures !== 2) expect([cut, seen]).toEqual([])
  }
})

test('one byte at a time counts the same, and no byte is changed', () => {
  const stream = Buffer.concat([...handshake, ...dialogue.map(frame)])
  const before = Buffer.from(stream)
  const single = Array.from({ length: stream.length }, (_, index) => stream.subarray(index, index + 1))
  expect(count(single)).toEqual(expected)
  expect(stream.equals(before)).toBe(true)
})

const anyMask = fc.uint8Array({ minLength: 4, maxLength: 4 }).map((values) => Buffer.from(values))
const anyPayload = fc.oneof(
  fc.constantFrom(acknowledgement, keyPress, pointerMove),
  fc.integer({ min: 1, max: 400 }).map(chatter),
)
const anyMessage = fc.record({
  payload: anyPayload,
  masks: fc.array(anyMask, { minLength: 4, maxLength: 4 }),
  cuts: fc.array(fc.nat(400), { maxLength: 3 }),
  control: fc.constantFrom(null, 9, 10),
})
type Message = { payload: Uint8Array; masks: Buffer[]; cuts: number[]; control: number | null }

/** A message as frames: the first with its opcode, the rest as continuations, a control frame with input in it between. */
function framesOf({ payload, masks, cuts, control }: Message): Buffer[] {
  const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < payload.length).sort((a, b) => a - b), payload.length])]
  return ends.flatMap((end, index) => {
    const part = payload.subarray(ends[index - 1] ?? 0, end)
    const own = { payload: part, opcode: index === 0 ? 2 : 0, isFinal: end === payload.length, mask: masks[index % 4] as Buffer }
    return [frame(own), ...(control === null ? [] : [frame({ payload: keyPress, opcode: control })])]
  })
}

test('of any messages, in any frames, with any masks, cut anywhere, exactly those of people count', () => {
  fc.assert(
    fc.property(
      fc.array(anyMessage, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      (messages, sizes) => {
        const stream = Buffer.concat([...handshake, ...messages.flatMap(framesOf)])
        const chunks: Buffer[] = []
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1
          chunks.push(stream.subarray(at, at + size))
          at += size
        }
        const people = messages.filter(({ payload }) => payload[0] === 4 || payload[0] === 5).length
        expect(count(chunks)).toEqual({ human: people, pictures: messages.length - people })
      },
    ),
    { numRuns: 400 },
  )
})
