/**
 * All that a page has heard of one board since it is open: readings as they were, and thinned for
 * each span. Knows since when that is everything, so that with the history before it nothing is
 * drawn twice and nothing is missing. Pure.
 */
import type { Board, Reading } from "boardcast-client";
import { Buckets } from "./buckets.ts";
import type { Piece } from "./piece.ts";
import { Raw } from "./raw.ts";
import { SPAN_NAMES, SPANS, type SpanName } from "./spans.ts";

/** Times have microseconds as decimals: half of one is just behind a reading, before any other. */
const JUST_AFTER_MS = 0.0005;

/** Gaps that are remembered. The oldest go. */
const MOST_LOST = 100;

/** One board, as heard. */
export class Live {
  readonly raw = new Raw();
  readonly rings = new Map<SpanName, Buckets>(
    SPAN_NAMES.map((name) => [name, new Buckets(SPANS[name].every, SPANS[name].ms / SPANS[name].every + 2)]),
  );
  /** From here on every reading was heard. `Infinity` before the first snapshot. */
  since = Infinity;
  /** Pieces of time that this page did not hear. */
  lost: Piece[] = [];
  #stream = "";
  #seq = -1;
  #awaitsSnapshot = true;
  #before: { since: number; lost: Piece | undefined } | undefined;

  /** A connection is made anew and does not go on where the last ended. */
  hello(stream: string): void {
    if (stream !== this.#stream) this.#seq = -1;
    this.#stream = stream;
    this.#awaitsSnapshot = true;
  }

  /** Something was missed: a snapshot follows. */
  gap(): void {
    this.#awaitsSnapshot = true;
  }

  /** A `board` message. Returns whether it is a snapshot: what is before it may have to be asked for. */
  board(message: Board): boolean {
    if (!this.#awaitsSnapshot) return false;
    this.#awaitsSnapshot = false;
    const last = message.last;
    if (last && last.seq === this.#seq) return true;
    const since = last ? last.time + JUST_AFTER_MS : message.time;
    const { newest } = this.raw;
    const lost = last && last.time > newest && newest > 0 ? { from: newest, to: last.time } : undefined;
    if (lost) this.lost = [...this.lost, lost].slice(-MOST_LOST);
    this.#before = { since: this.since, lost };
    this.since = since;
    return true;
  }

  /** A reading; one that is known already, from a replay, changes nothing. */
  reading({ seq, time, values }: Reading): void {
    if (seq <= this.#seq) {
      this.#rejoin();
      return;
    }
    // What is replayed from before the snapshot is heard from its first reading on.
    if (time < this.since) {
      if (this.#before?.lost) this.#before.lost.to = time;
      this.since = time;
    }
    this.#before = undefined;
    this.#seq = seq;
    if (time < this.raw.newest) for (const ring of this.rings.values()) ring.forgetFrom(time);
    this.raw.add(time, values);
    for (const ring of this.rings.values()) ring.add(time, values);
  }

  /** A replay begins before the end of what was heard: nothing is missing. */
  #rejoin(): void {
    const before = this.#before;
    if (!before) return;
    this.since = before.since;
    this.lost = this.lost.filter((piece) => piece !== before.lost);
    this.#before = undefined;
  }
}
