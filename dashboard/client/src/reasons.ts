/**
 * Why a connection ended, in sentences for people.
 */

const BY_CODE: Record<number, string> = {
  1001: "The gateway has stopped.",
  4001: "The gateway does not allow this connection.",
  4008: "This page did not keep up with what the gateway sent.",
};

/** `code` of the close, 0 for silence; `said` is what the other end gave as its reason. */
export function reasonOf(code: number, said: string, host: string, wasOpen: boolean): string {
  if (!code) return `The gateway at ${host} does not answer.`;
  if (said && code > 4001 - 1 && !BY_CODE[code]) return said;
  return BY_CODE[code] ?? (wasOpen ? "The connection broke." : `The gateway at ${host} cannot be reached.`);
}
