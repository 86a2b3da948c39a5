/** What a board's states say in a plot: when it was away, and when it came back. Pure. */
import type { State } from "boardcast-client";
import type { Piece } from "./piece.ts";

/** One `board` event, as `/api/boards/{board}/states` gives it. */
export interface Stated {
  seq: number;
  time: number;
  state: State;
  reason?: string;
}

/** A dashed line across a plot. */
export interface Mark {
  time: number;
  words: string;
}

/** What is drawn of a board's states. */
export interface Marks {
  restarts: Mark[];
  /** Times when it was offline; the last one is open, to `Infinity`, if it still is. */
  away: (Piece & { words: string })[];
}

/** States that are kept: more than a plot has room for. The oldest go. */
const MOST = 1000;

/** Puts what was heard later behind what is known; each event once, whoever told it. */
export function withStates(known: readonly Stated[], more: readonly Stated[]): Stated[] {
  const bySeq = new Map([...known, ...more].map((one) => [one.seq, one]));
  const all = [...bySeq.values()].sort((one, other) => one.time - other.time || one.seq - other.seq);
  return all.slice(-MOST);
}

/** Reads states, in the order of time. */
export function marksOf(states: readonly Stated[]): Marks {
  const marks: Marks = { restarts: [], away: [] };
  let [before, wasAway]: [State | undefined, boolean] = [undefined, false];
  for (const { time, state, reason } of states) {
    if (state === "offline" || state === "removed") {
      if (!wasAway) marks.away.push({ from: time, to: Infinity, words: awayWords(state, reason) });
      wasAway = true;
    } else if (wasAway && (state === "online" || state === "stale")) {
      const piece = marks.away.at(-1);
      if (piece) piece.to = time;
      marks.restarts.push({ time, words: "back" });
      wasAway = false;
    } else if (state === "online" && (reason === "replaced" || before === "connecting")) {
      marks.restarts.push({ time, words: "restarted" });
    }
    before = state;
  }
  return marks;
}

function awayWords(state: State, reason: string | undefined): string {
  return reason ? `${state}: ${reason}` : state;
}
