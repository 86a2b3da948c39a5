/** Puts one channel's line together from what was heard and what the history says. Pure. */
import { Buckets } from "./buckets.ts";
import { setReach } from "./gaps.ts";
import type { Piece } from "./piece.ts";
import type { Line } from "./line.ts";
import type { Live } from "./live.ts";
import type { Past } from "./past.ts";
import { SPAN_NAMES, SPANS, type SpanName } from "./spans.ts";

/** More readings than this are thinned: there are hardly more pixels. */
export const MOST_ROWS = 1500;

/** Where the points of one view come from. */
export interface Sources {
  live: Live;
  past: Past | undefined;
  /** The span that the view follows; undefined if it stands still. */
  span: SpanName | undefined;
  /** Readings of a view that stands still, thinned for it. */
  fine: Buckets | undefined;
}

/** Thins the readings of a view that stands still, if they are all here and too many to draw. */
export function thinned(live: Live, view: Piece): Buckets | undefined {
  if (!isHeard(live, view.from) || live.raw.rows(view.from, view.to) <= MOST_ROWS) return undefined;
  const every = Math.max(1, Math.ceil((view.to - view.from) / MOST_ROWS));
  const buckets = new Buckets(every, MOST_ROWS + 2);
  const channels = live.raw.channels(view.from, view.to);
  live.raw.each(channels, view.from, view.to, (time, numbers) => {
    numbers.forEach((value, at) => buckets.addNumber(time, channels[at] ?? "", value));
  });
  return buckets;
}

/** Whether all readings from a time on are here as they were. */
export function isHeard(live: Live, from: number): boolean {
  return live.since <= from && live.raw.wholeSince <= from;
}

/** Fills a line with a channel's points in the view. */
export function fillLine(line: Line, channel: string, view: Piece, sources: Sources): void {
  const { live, past } = sources;
  const seam = past ? Math.min(Math.max(view.from, live.since), view.to) : view.from;
  line.clear();
  if (past && seam > view.from) {
    past.fill(line, channel, view.from, seam);
    setReach(line, 0, past.every);
  }
  if (seam >= view.to) return;
  const first = line.length;
  const heard = liveSource(seam, view, sources);
  heard.from.fill(line, channel, seam, view.to);
  setReach(line, first, heard.every);
}

function liveSource(
  from: number,
  view: Piece,
  { live, span, fine }: Sources,
): { from: Filler; every: number } {
  if (fine) return { from: fine, every: fine.every };
  if (live.raw.wholeSince <= from && live.raw.rows(from, view.to) <= MOST_ROWS)
    return { from: live.raw, every: 0 };
  const name = span ?? ringFor(from, live.raw.newest);
  const ring = live.rings.get(name) ?? live.raw;
  return { from: ring, every: SPANS[name].every };
}

/** The finest ring that reaches back to a time. */
function ringFor(from: number, newest: number): SpanName {
  return SPAN_NAMES.find((name) => newest - SPANS[name].ms <= from) ?? "30d";
}

interface Filler {
  fill(line: Line, channel: string, from: number, to: number): void;
}
