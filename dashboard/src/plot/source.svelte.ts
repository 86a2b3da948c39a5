/**
 * Everything that is known of one board's readings: heard at their full rate over a connection of its
 * own, and asked of the history. Closed when its page is left.
 */
import { connect, type Board, type Client } from "boardcast-client";
import { ask, AskError, boardPath } from "../live/ask.ts";
import { refreshStatus, status } from "../live/status.svelte.ts";
import { isHeard, thinned, type Sources } from "./compose.ts";
import type { Piece } from "./piece.ts";
import { Live } from "./live.ts";
import { marksOf, withStates, type Marks, type Stated } from "./marks.ts";
import { Past, type Answer } from "./past.ts";
import { MOST_CHANNELS } from "./raw.ts";
import { SPANS, type SpanName } from "./spans.ts";

/** Where nothing is on disk, the gateway's memory has some of the past. */
const PAST_EVENTS = 10_000;

/** A longer break is filled from the history: replaying it takes longer. */
const REPLAY_MS = 60_000;

/** While somebody zooms, nothing is asked. */
const DEBOUNCE_MS = 250;

/** Points of an answer: about one a pixel. */
const POINTS = 1200;

/** Cells of an answer that the gateway gives at most, with `points`. */
const MOST_CELLS = 333_333;

/** What is wrong, for people. */
export interface Problem {
  words: string;
  /** Whether asking again may help. */
  canRetry: boolean;
}

/** One board's readings. */
export class Source {
  readonly live = new Live();
  /** Channels that had a number, in the order in which they were met. Bounded as `Raw` is. */
  channels: string[] = $state.raw([]);
  problem: Problem | undefined = $state.raw();
  /** Whether an answer is awaited. */
  isAsking = $state(false);
  marks: Marks = { restarts: [], away: [] };
  #past: Past | undefined;
  #fine: Sources["fine"];
  #states: Stated[] = [];
  #client: Client | undefined;
  #numbers = new Set<string>();
  #question: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;
  #shown: { piece: Piece; span: SpanName | undefined } | undefined;

  constructor(
    readonly board: string,
    private readonly onChange: () => void,
  ) {
    void this.#open();
  }

  /** What a view is drawn from. */
  get sources(): Sources {
    return { live: this.live, past: this.#past, span: this.#shown?.span, fine: this.#fine };
  }

  /** Another time is shown: `span` if it follows the present. Asks for what is not here. */
  show(piece: Piece, span: SpanName | undefined): void {
    this.#shown = { piece, span };
    this.#fine = span ? undefined : thinned(this.live, piece);
    this.#ask(span ? 0 : DEBOUNCE_MS);
    this.onChange();
  }

  /** Asks again for what is shown. */
  retry(): void {
    this.#ask(0);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#question?.abort();
    this.#client?.close();
  }

  async #open(): Promise<void> {
    // Whether there is a history decides what to ask for. Without an answer, memory is better than nothing.
    if (!status.latest) await refreshStatus();
    if (this.#isClosed) return;
    const history = status.latest?.history ? 0 : PAST_EVENTS;
    const client = connect(undefined, { boards: this.board, history, resumeFor: REPLAY_MS });
    this.#client = client;
    client.on("hello", ({ stream, resumed }) => {
      if (!resumed) this.live.hello(stream);
    });
    client.on("gap", () => this.live.gap());
    client.on("board", (message) => this.#board(message));
    client.on("reading", (reading) => {
      this.live.reading(reading);
      for (const name of Object.keys(reading.values)) {
        if (!this.#numbers.has(name) && typeof reading.values[name] !== "string") this.#addChannels([name]);
      }
      this.onChange();
    });
  }

  #board(message: Board): void {
    if (message.board !== this.board) return;
    const { seq, time, state, reason } = message;
    // A snapshot has the number of the board's last event, which need not be when it came to this state.
    if (this.live.board(message)) this.#ask(0);
    else this.#setStates([reason ? { seq, time, state, reason } : { seq, time, state }]);
    const last = message.last?.values ?? {};
    this.#addChannels(
      Object.keys(last).filter((name) => typeof last[name] !== "string" && last[name] !== null),
    );
    this.onChange();
  }

  #setStates(more: Stated[]): void {
    this.#states = withStates(this.#states, more);
    this.marks = marksOf(this.#states);
    this.onChange();
  }

  #addChannels(names: string[]): void {
    const before = this.#numbers.size;
    for (const name of names) if (this.#numbers.size < MOST_CHANNELS) this.#numbers.add(name);
    if (this.#numbers.size > before) this.channels = [...this.#numbers];
  }

  #ask(after: number): void {
    clearTimeout(this.#timer);
    this.#question?.abort();
    this.#question = undefined;
    this.#timer = setTimeout(() => void this.#askNow(), after);
  }

  async #askNow(): Promise<void> {
    // Before the first snapshot nobody knows how much of the past is needed.
    if (!this.#shown || this.live.since === Infinity) return;
    const question = new AbortController();
    this.#question = question;
    this.isAsking = true;
    try {
      await Promise.all([this.#askPast(question.signal), this.#askStates(question.signal)]);
      this.problem = undefined;
    } catch (why) {
      if (question.signal.aborted) return;
      this.problem = problemOf(why);
    } finally {
      if (this.#question === question) this.isAsking = false;
    }
    this.onChange();
  }

  async #askPast(signal: AbortSignal): Promise<void> {
    const { piece, span } = this.#shown ?? {};
    if (!piece || (!span && isHeard(this.live, piece.from))) return;
    // Asked without a history, the browser writes an error into its console.
    if (status.latest?.history === null) throw new AskError("no history", "no_history");
    const width = span ? SPANS[span].ms : piece.to - piece.from;
    const points = Math.min(POINTS, Math.floor(MOST_CELLS / Math.max(1, this.#known())));
    const to = span ? "" : `&to=${piece.to}`;
    const from = span ? `-${Math.ceil(width / 1000)}s` : String(piece.from);
    const path = `${boardPath(this.board, "history")}?from=${from}${to}&points=${points}`;
    const answer = await ask<Answer>(path, { signal });
    const past = new Past(answer);
    this.#past = past;
    this.live.lost = this.live.lost.filter((piece) => piece.from >= past.to || piece.to <= past.from);
    this.#addChannels(past.channels);
  }

  async #askStates(signal: AbortSignal): Promise<void> {
    const { piece, span } = this.#shown ?? {};
    if (!piece) return;
    const from = span ? `-${SPANS[span].ms / 1000}s` : String(piece.from);
    const path = `${boardPath(this.board, "states")}?from=${from}`;
    const { states } = await ask<{ states: Stated[] }>(path, { signal });
    this.#setStates(states);
  }

  /** How many columns an answer will have, as far as this page knows. */
  #known(): number {
    return Math.max(
      this.#numbers.size,
      Object.keys(this.#client?.boards.get(this.board)?.channels ?? {}).length,
    );
  }
}

function problemOf(why: unknown): Problem {
  const code = why instanceof AskError ? why.code : "";
  if (code === "no_history") {
    return {
      words:
        "This gateway keeps no history on disk: only what it has in memory, and what came since, is here. ([history] in its configuration)",
      canRetry: false,
    };
  }
  const words = why instanceof Error ? why.message : String(why);
  return { words: `The past cannot be shown: ${words}.`, canRetry: true };
}
