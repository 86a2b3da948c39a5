/** One board's terminal while it is open: its own connection, the log, and the commands on their way. */
import { connect, type Client, type Connection } from "boardcast-client";
import { clock } from "../live/clock.svelte.ts";
import { Log } from "./log.ts";
import { Scribe } from "./scribe.ts";
import { Sent } from "./sent.ts";

/** Past events for orientation: what fills a few screens. */
const PAST_EVENTS = 200;

/** After a longer break nobody reads what was replayed; the gap is told. */
const REPLAY_MS = 60_000;

/** Seconds for the board to take a command, and again to answer. */
const TTL_S = 5;

export class Session {
  readonly board: string;
  readonly log = new Log();
  /** What became of the command that was last heard of. */
  answer: { command: string; words: string } | undefined = $state.raw();
  #connection: Connection = $state.raw({ state: "connecting", since: 0 });
  readonly #sent = new Sent();
  readonly #scribe: Scribe;
  readonly #client: Client;
  readonly #changed: () => void;

  /** `changed` is called whenever the log has changed: often. */
  constructor(board: string, changed: () => void) {
    this.board = board;
    this.#changed = changed;
    this.#scribe = new Scribe(board, this.log);
    this.#client = connect(undefined, {
      boards: board,
      lines: true,
      history: PAST_EVENTS,
      resumeFor: REPLAY_MS,
    });
    this.#listen();
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Sends a command; its line in the log tells what becomes of it. */
  send(data: string): void {
    const { id, entry } = this.#sent.note(data, clock.exact());
    this.log.push(entry);
    const message = { type: "command", id, board: this.board, data, ttl: TTL_S } as const;
    if (!this.#client.send(message)) this.#tell(this.#sent.notSent(id));
    this.#changed();
  }

  /** Leaves; nothing is heard any more. */
  close(): void {
    this.#client.close();
  }

  #listen(): void {
    this.#client.on("message", (message) => {
      // An address may name a glob: the terminal is one board's.
      if ("board" in message && message.board !== this.board) return;
      if (message.type === "result" || message.type === "error") this.#tell(this.#sent.hear(message));
      else this.#scribe.take(message, clock.exact());
      this.#changed();
    });
    this.#client.on("connection", (connection) => {
      this.#connection = connection;
      if (connection.state !== "open") for (const entry of this.#sent.broken()) this.#tell(entry);
      this.#scribe.connection(connection, clock.exact());
      this.#changed();
    });
  }

  #tell(entry: { text: string; answer?: string } | undefined): void {
    if (entry?.answer) this.answer = { command: entry.text, words: entry.answer };
  }
}
