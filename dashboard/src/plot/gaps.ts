/** Where a line must break: a gap is drawn as a gap, and never as a line. Pure. */
import type { Line } from "./line.ts";
import type { Marks } from "./marks.ts";
import type { Piece } from "./piece.ts";

/** Silence of so many usual intervals is a gap: two readings lost may be chance. */
const USUAL = 3;

/** Silence of so many buckets can be seen and is no chance of where buckets begin. */
const WIDTHS = 3;

/** Intervals that are looked at to find the usual one: sorting all of them would cost more than drawing. */
const SAMPLE = 101;

/**
 * Gives the points of a line from the one at `first` on their reach: how much silence around them is
 * usual. They are of one source, thinned to `every` ms (0 for readings as they were).
 */
export function setReach(line: Line, first: number, every: number): void {
  const reach = Math.max(USUAL * usualInterval(line, first), WIDTHS * every);
  line.reach.fill(reach, first, line.length);
}

/** The median of the time from a point to the next, from the one at `first` on. 0 without two of them. */
export function usualInterval(line: Line, first: number): number {
  const intervals = line.length - first - 1;
  if (intervals < 1) return 0;
  const step = Math.max(1, Math.floor(intervals / SAMPLE));
  const found: number[] = [];
  for (let at = first + 1; at < line.length; at += step) {
    found.push((line.time[at] ?? 0) - (line.time[at - 1] ?? 0));
  }
  found.sort((one, other) => one - other);
  return found[found.length >> 1] ?? 0;
}

/**
 * Breaks a line where it was silent for longer than its points reach, and over every piece of `away`
 * (in order): times when the board was offline, or of which the gateway lost something. Returns the
 * silent pieces, in order; where the line was broken already (the board said nothing) they count, too.
 */
export function breakLine(line: Line, away: readonly Piece[]): Piece[] {
  const gaps: Piece[] = [];
  let next = 0;
  for (let at = 1; at < line.length; at += 1) {
    const [before, after] = [line.time[at - 1] ?? 0, line.time[at] ?? 0];
    while (next < away.length && (away[next]?.to ?? 0) <= before) next += 1;
    const wasAway = (away[next]?.from ?? Infinity) < after;
    const reach = Math.max(line.reach[at - 1] ?? 0, line.reach[at] ?? 0);
    if (wasAway || after - before > reach) line.begins[at] = 1;
    if (line.begins[at]) gaps.push({ from: before, to: after });
  }
  return gaps;
}

/** Breaks all lines of a plot. Returns the gaps that are seen: one for all channels that it silenced. */
export function breakLines(lines: readonly { line: Line }[], marks: Marks, lost: readonly Piece[]): Piece[] {
  const away = mergePieces([...marks.away, ...lost]);
  return mergePieces(lines.flatMap(({ line }) => breakLine(line, away)));
}

/** All pieces in order, with those that overlap made one: a cable that is pulled is one gap, however
 * many channels it silences. */
export function mergePieces(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces.toSorted((one, other) => one.from - other.from)) {
    const last = merged.at(-1);
    if (last && piece.from < last.to) last.to = Math.max(last.to, piece.to);
    else merged.push({ from: piece.from, to: piece.to });
  }
  return merged;
}
