// The bytes that a viewer sends before its first message: version, security type, answer to the challenge, "shared" flag.
// They are skipped by counting, because the answer is random and could look like a key press.

const versionBytes = 12
const challengeAnswerBytes = 16
const none = 1
const vncAuthentication = 2

export type HandshakeFollower = { isOver(): boolean; take(byte: number): void }

export function followHandshake(): HandshakeFollower {
  let taken = 0
  let minor = 0
  let length = Number.POSITIVE_INFINITY
  return {
    isOver: () => taken >= length,
    take(byte) {
      taken++
      // `RFB 003.008\n`
      if (taken === versionBytes - 1) minor = byte - 0x30
      // Before 3.7 the server chooses the security type; nobody speaks that here, so nothing is skipped.
      if (taken === versionBytes && minor < 7) length = taken
      if (taken === versionBytes + 1) length = taken + 1 + answerBytes(byte)
    },
  }
}

function answerBytes(securityType: number): number {
  if (securityType === vncAuthentication) return challengeAnswerBytes
  // Of an unknown type the length is unknown: not even the "shared" flag is waited for.
  return securityType === none ? 0 : -1
}
