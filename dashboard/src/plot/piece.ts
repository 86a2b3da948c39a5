/** Pieces of time that can be looked at. Pure. */

/** A piece of time, in ms since 1970. */
export interface Piece {
  from: number;
  to: number;
}

/** Closer there is nothing to see: boards do not send a thousand readings in a second. */
const NARROWEST_MS = 50;

/** Ten years: no gateway keeps more. */
const WIDEST_MS = 10 * 366 * 86_400_000;

/** The nearest piece that can be shown: whole milliseconds, not too narrow, not too wide, and not in the
 * future. */
export function clampPiece({ from, to }: Piece, now: number): Piece {
  const width = Math.round(Math.min(Math.max(to - from, NARROWEST_MS), WIDEST_MS));
  const middle = (from + to) / 2;
  const end = Math.ceil(Math.min(Math.max(middle + width / 2, width), now));
  return { from: end - width, to: end };
}

/** What an address says with `from` and `to`, in ms since 1970; undefined if that is no time. */
export function pieceIn(choices: URLSearchParams): Piece | undefined {
  const [from, to] = ["from", "to"].map((name) => Number(choices.get(name) || NaN));
  if (from === undefined || to === undefined || !(from >= 0 && from < to && to < 1e14)) return undefined;
  return { from, to };
}
