import { expect, test } from 'vitest'
import { followClientFrames } from './client-frames'
import { maskedFrame } from './test-client'

const bytes = (...values: number[]) => Uint8Array.from(values)
const handshake = [Buffer.from('RFB 003.008\n'), bytes(2), new Uint8Array(16).fill(4), bytes(1)].map((part) => maskedFrame(part))
// What a desktop in use says, with the machine's acknowledgements between what the person does.
const acknowledgement = maskedFrame(bytes(3, 0, 0, 0, 0, 0, 5, 0, 4, 0))
const keyPress = maskedFrame(bytes(255, 0, 0, 1, 0, 0, 0, 0x61, 0, 0, 0, 0x1e))
const pointerMove = maskedFrame(bytes(5, 0, 0, 10, 0, 10))
const bigClipboard = maskedFrame(Uint8Array.from({ length: 300 }, (_, index) => (index === 0 ? 6 : index < 5 ? 0 : 5)))
// The extended clipboard's greeting and its request, both sent by noVNC without anybody doing anything.
const clipboardCaps = maskedFrame(bytes(6, 0, 0, 0, 0xff, 0xff, 0xff, 0xf8, 0x1f, 0, 0, 1, 0, 0, 0, 0))
const clipboardRequest = maskedFrame(bytes(6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 2, 0, 0, 1))
const keepAlive = maskedFrame(bytes(185))
const ping = maskedFrame(bytes(4), 9)
const dialogue = [
  clipboardCaps,
  acknowledgement,
  keyPress,
  ping,
  clipboardRequest,
  acknowledgement,
  pointerMove,
  keepAlive,
  bigClipboard,
  acknowledgement,
  pointerMove,
]

function count(chunks: readonly Buffer[]) {
  const seen = { human: 0, pictures: 0 }
  const follow = followClientFrames({ onHumanInput: () => seen.human++, onPictureRequest: () => seen.pictures++ })
  for (const chunk of chunks) follow(chunk)
  return seen
}

test('counts people and not machines, whole', () => {
  expect(count([...handshake, ...dialogue])).toEqual({ human: 4, pictures: 3 })
})

test('counts the same wherever TCP cuts the stream in two', () => {
  const stream = Buffer.concat([...handshake, ...dialogue])
  for (let cut = 0; cut <= stream.length; cut++) {
    expect([cut, count([stream.subarray(0, cut), stream.subarray(cut)])]).toEqual([cut, { human: 4, pictures: 3 }])
  }
})

test('counts the same byte by byte and in pieces of any size', () => {
  const stream = Buffer.concat([...handshake, ...dialogue])
  for (let size = 1; size < 40; size++) {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
      stream.subarray(index * size, (index + 1) * size),
    )
    expect([size, count(pieces)]).toEqual([size, { human: 4, pictures: 3 }])
  }
})

test('an acknowledgement 25 times a second for an hour is nobody', () => {
  const second = Array.from({ length: 25 }, () => acknowledgement)
  const seen = count([...handshake, ...Array.from({ length: 3_600 }, () => second).flat()])
  expect(seen).toEqual({ human: 0, pictures: 90_000 })
})

test('each kind of human input counts, each kind of chatter does not', () => {
  for (const type of [4, 5, 6, 255, 188, 180]) {
    const message = maskedFrame(bytes(type, 0, 0, 0, 0, 0, 0, 1))
    expect([type, count([...handshake, message]).human]).toEqual([type, 1])
  }
  for (const type of [0, 2, 3, 150, 178, 179, 181, 182, 183, 184, 185, 248, 251, 252]) {
    expect([type, count([...handshake, maskedFrame(bytes(type, 1))]).human]).toEqual([type, 0])
  }
})

test('the answer to the challenge is not a key press, however it is framed', () => {
  expect(count(handshake)).toEqual({ human: 0, pictures: 0 })
  const together = maskedFrame(Buffer.concat([Buffer.from('RFB 003.008\n'), bytes(2), new Uint8Array(16).fill(255), bytes(1)]))
  expect(count([together, keyPress])).toEqual({ human: 1, pictures: 0 })
})

test('a desktop without a challenge is followed as well', () => {
  const parts = [Buffer.from('RFB 003.008\n'), bytes(1), bytes(1)].map((part) => maskedFrame(part))
  expect(count([...parts, keyPress, acknowledgement])).toEqual({ human: 1, pictures: 1 })
})

test('the largest length that a frame can claim neither throws nor counts', () => {
  const claim = Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4])
  expect(count([...handshake, claim, keyPress])).toEqual({ human: 0, pictures: 0 })
})

test('unmasked and empty frames and the 64-bit length do not throw the count off', () => {
  const unmasked = Buffer.from([0x82, 1, 4])
  const empty = maskedFrame(bytes())
  const long = maskedFrame(new Uint8Array(70_000).fill(3))
  expect(count([...handshake, unmasked, empty, long, keyPress])).toEqual({ human: 2, pictures: 1 })
})
