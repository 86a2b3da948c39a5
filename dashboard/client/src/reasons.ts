/**
 * Why a connection ended, in sentences for people.
 */

const BY_CODE: Record<number, string> = {
  0: "The gateway does not answer.",
  1001: "The gateway has stopped.",
  4001: "The gateway does not allow this connection.",
  4008: "This page did not keep up with what the gateway sent.",
};

/**
 * `code` is that of the close, 0 if the other end was silent. `isKnown`: there was a gateway before; else it
 * may be the address that is wrong.
 */
export function reasonOf(code: number, host: string, isKnown: boolean): string {
  return BY_CODE[code] ?? (isKnown ? "The connection broke." : `No gateway can be reached at ${host}.`);
}
