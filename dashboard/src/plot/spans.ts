/** The spans of time that a plot can follow, and how finely each is kept. Pure. */

/** As the address has it: `?span=1h`. */
export type SpanName = "5m" | "1h" | "1d" | "30d";

/** A span of time up to now. */
export interface Span {
  words: string;
  /** How long it is. */
  ms: number;
  /** The width of its buckets: about one for each pixel, and such as the gateway has summaries of. */
  every: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** All of them, the shortest first. */
export const SPANS: Record<SpanName, Span> = {
  "5m": { words: "5 min", ms: 5 * MINUTE, every: 250 },
  "1h": { words: "hour", ms: HOUR, every: 3 * SECOND },
  "1d": { words: "day", ms: DAY, every: MINUTE },
  "30d": { words: "30 days", ms: 30 * DAY, every: HOUR },
};

/** In the order of `SPANS`. */
export const SPAN_NAMES = Object.keys(SPANS) as SpanName[];

/** What an address says; five minutes if that is nothing known. */
export function spanNamed(name: string | null): SpanName {
  return SPAN_NAMES.find((each) => each === name) ?? "5m";
}
