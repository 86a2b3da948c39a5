/** What the terminal holds and what of it is shown. Pure. */
import { parseFilter, type Filter } from "./filter.ts";
import { Ring } from "./ring.ts";

/** What became of a command that was sent: the gateway's words, and two of this page's. */
export type Outcome = "pending" | "written" | "acked" | "nacked" | "timeout" | "failed" | "lost";

/** One line of the terminal. */
export interface Entry {
  kind: "line" | "sent" | "state" | "gap";
  /** Milliseconds since 1970, by the gateway's clock. */
  time: number;
  text: string;
  /** Of a line: it was understood as a `reading`, or is a `text`, perhaps torn (`partial`); or the line
   * itself is not known, and the text says what was understood (`values`). */
  mark?: "reading" | "text" | "partial" | "values";
  /** It was there before this page was opened. */
  before?: true;
  /** Of a command that was sent. */
  outcome?: Outcome;
  /** The outcome, in words. */
  answer?: string;
}

/** As many as somebody scrolls through. */
export const MOST_LINES = 5000;

/** Lines of WebSocket boards may be 64 KiB long: 5000 of them would be more than a tablet has. */
export const MOST_CHARS = 4_000_000;

/** The newest lines, those of them that pass the filter, and the picture that a pause holds still. */
export class Log {
  #all = new Ring<Entry>(MOST_LINES);
  #shown = new Ring<Entry>(MOST_LINES);
  #filter: Filter = parseFilter("");
  #chars = 0;
  /** While paused: what there was at its beginning. */
  #frozen: Entry[] | undefined;
  #waiting = 0;
  #gone = 0;
  #scrolled = 0;

  /** Adds the newest. */
  push(entry: Entry): void {
    this.#forget(this.#all.push(entry));
    this.#chars += entry.text.length;
    while (this.#chars > MOST_CHARS && this.#all.length > 1) this.#forget(this.#all.shift());
    if (this.#frozen) this.#waiting += 1;
    else if (this.#passes(entry)) this.#show(entry);
  }

  /** Those that are shown, the oldest first. */
  get shown(): Ring<Entry> {
    return this.#shown;
  }

  get isPaused(): boolean {
    return this.#frozen !== undefined;
  }

  /** How many came since the pause. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many are not kept any more, since newer ones took their place. */
  get gone(): number {
    return this.#gone;
  }

  /** How many left the upper end of what is shown since this was last asked. */
  takeScrolled(): number {
    const scrolled = this.#scrolled;
    this.#scrolled = 0;
    return scrolled;
  }

  /** Holds still what is shown. What comes is kept, and shown after `goOn`. */
  pause(): void {
    this.#frozen ??= this.#all.slice();
  }

  goOn(): void {
    this.#frozen = undefined;
    this.#waiting = 0;
    this.#fill();
  }

  /** Filters what there is and what comes; returns what is wrong with the filter, or "". */
  filter(written: string): string {
    this.#filter = parseFilter(written);
    this.#fill();
    return this.#filter.problem;
  }

  clear(): void {
    this.#all.clear();
    this.#chars = 0;
    this.#gone = 0;
    if (this.#frozen) this.#frozen = [];
    this.#waiting = 0;
    this.#fill();
  }

  /** Marks and commands are no lines of the board: they stay, so that nobody misses a gap. */
  #passes(entry: Entry): boolean {
    return entry.kind !== "line" || this.#filter.passes(entry.text);
  }

  #show(entry: Entry): void {
    if (this.#shown.push(entry)) this.#scrolled += 1;
  }

  #forget(entry: Entry | undefined): void {
    if (!entry) return;
    this.#chars -= entry.text.length;
    this.#gone += 1;
    // A pause keeps what it shows; otherwise nothing is shown that is not held.
    if (this.#frozen || this.#shown.at(0) !== entry) return;
    this.#shown.shift();
    this.#scrolled += 1;
  }

  #fill(): void {
    this.#shown.clear();
    this.#scrolled = 0;
    for (const entry of this.#frozen ?? this.#all.slice()) if (this.#passes(entry)) this.#shown.push(entry);
  }
}
