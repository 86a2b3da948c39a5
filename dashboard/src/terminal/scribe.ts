/**
 * Writes the gateway's messages about one board into its log: lines as they came, how they were
 * understood, changes of the board, and what is missing. Knows nothing of sockets or the page.
 */
import type { Board, Connection, Message, Values } from "boardcast-client";
import { reasonWords, spanWords } from "../live/words.ts";
import type { Entry, Log } from "./log.ts";

/** Takes messages in the order in which they come. */
export class Scribe {
  readonly #board: string;
  readonly #log: Log;
  /** The newest line, which the events behind it belong to. */
  #line: Entry | undefined;
  /** The number up to which events are older than this connection; undefined before the first hello. */
  #head: number | undefined;
  #stream = "";
  /** The newest event's number in this stream. */
  #seen = 0;
  #expectsSnapshot = false;
  #hasPast = false;
  /** How the board is, in words. */
  #state = "";
  #isBroken = false;

  constructor(board: string, log: Log) {
    this.#board = board;
    this.#log = log;
  }

  /** Takes a message that came when the gateway's clock was at `now`. */
  take(message: Message, now: number): void {
    switch (message.type) {
      case "hello":
        return this.#hello(message, now);
      case "line":
        this.#endPast(message.time);
        return this.#push((this.#line = { kind: "line", time: message.time, text: message.text }));
      case "reading":
        return this.#event(message, valuesText(message.values), "reading");
      case "text":
        return this.#event(message, message.text, message.partial ? "partial" : "text");
      case "board":
        return this.#change(message, now);
      case "clock": {
        const span = spanWords(message.jump) || "a moment";
        return this.#mark("state", message.time, `the gateway's clock was set forward by ${span}`);
      }
      case "gap":
        return this.#gap(message.missed, message.atmost ?? false, now);
    }
  }

  /** The connection has changed. */
  connection({ state }: Pick<Connection, "state">, now: number): void {
    if (state === "open" || this.#isBroken || this.#head === undefined) return;
    this.#isBroken = true;
    this.#mark("gap", now, "no connection to the gateway: lines of now are not seen");
  }

  #hello(hello: Extract<Message, { type: "hello" }>, now: number): void {
    const isFirst = this.#head === undefined;
    if (!isFirst && !hello.resumed && hello.stream !== this.#stream) {
      this.#mark("gap", now, "the gateway has begun anew: lines before this are missing");
    } else if (this.#isBroken) {
      const rest = hello.resumed ? "" : ": of what came meanwhile only the newest follows";
      this.#mark("state", now, `connected again${rest}`);
    }
    if (hello.stream !== this.#stream && !hello.resumed) this.#seen = 0;
    // In the middle of a stream this says only that the numbering has a new name.
    const isRenamed = !isFirst && !this.#isBroken && hello.resumed;
    if (!isRenamed) this.#head = hello.seq;
    this.#stream = hello.stream;
    this.#expectsSnapshot = !hello.resumed;
    this.#isBroken = false;
  }

  /** A reading or text: it says how the line before it was understood, or stands for a line that was not sent. */
  #event(event: { seq: number; time: number }, text: string, mark: "reading" | "text" | "partial"): void {
    this.#expectsSnapshot = false;
    if (this.#line && this.#line.time === event.time) {
      this.#line.mark = mark;
      this.#seen = Math.max(this.#seen, event.seq);
      return;
    }
    // Of a text the line is known: it is the text.
    const entry: Entry = { kind: "line", time: event.time, text, mark: mark === "reading" ? "values" : mark };
    this.#pushOfTime(entry, event.seq);
  }

  #change(board: Board, now: number): void {
    if (board.board !== this.#board) return;
    const words = stateWords(board);
    const isSnapshot = this.#expectsSnapshot;
    this.#expectsSnapshot = false;
    if (isSnapshot) {
      // After a break it may have changed unseen; at first the page says it already.
      if (this.#state && this.#state !== words) this.#mark("state", now, words);
      this.#state = words;
      return;
    }
    const isPast = board.seq <= (this.#head ?? 0);
    if (!isPast && words === this.#state) return;
    if (!isPast) this.#state = words;
    this.#pushOfTime({ kind: "state", time: board.time, text: words }, board.seq);
  }

  #gap(missed: number, isAtMost: boolean, now: number): void {
    const events = missed === 1 ? "1 event is" : `${missed} events are`;
    this.#mark("gap", now, `${isAtMost ? "up to " : ""}${events} missing here`);
  }

  #pushOfTime(entry: Entry, seq: number): void {
    // After a long break the past may begin with what is known.
    if (seq <= this.#seen) return;
    this.#seen = seq;
    if (seq <= (this.#head ?? 0)) {
      entry.before = true;
      this.#hasPast = true;
    } else {
      this.#endPast(entry.time);
    }
    this.#push(entry);
  }

  /** The first that comes live draws a line under the past. */
  #endPast(time: number): void {
    this.#expectsSnapshot = false;
    if (!this.#hasPast) return;
    this.#hasPast = false;
    this.#mark("state", time, "above: from the gateway's memory, as it was understood. Below: as it comes");
  }

  #mark(kind: "state" | "gap", time: number, text: string): void {
    this.#push({ kind, time, text });
  }

  #push(entry: Entry): void {
    this.#log.push(entry);
  }
}

/** How a board is, in a sentence without its end. */
export function stateWords(board: Pick<Board, "board" | "state" | "reason" | "detail">): string {
  const reason = board.reason ? `: ${reasonWords(board.reason)}` : "";
  const detail = board.detail ? ` (${board.detail})` : "";
  return `${board.board} is ${board.state}${reason}${detail}`;
}

/** A reading whose line is not known, as a line could have said it. */
export function valuesText(values: Values): string {
  return Object.entries(values)
    .map(([channel, value]) => `${channel}=${String(value)}`)
    .join("  ");
}
