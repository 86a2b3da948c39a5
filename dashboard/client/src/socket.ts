/**
 * One WebSocket, and whether there is still somebody at its other end: scripts do not see pings.
 */

/** A connection that gets nowhere for so long is given up. */
const OPEN_MS = 10_000;

/** After so long without a message we ask whether the gateway is there. */
const SILENT_MS = 20_000;

/** It has so long to answer. */
const ANSWER_MS = 5_000;

/** So many bytes may wait to be sent. A network that takes nothing must not fill the page's memory. */
const MAX_BUFFERED = 1 << 20;

/**
 * The id of our question. The gateway answers what it does not know with an `error` of the same id, over
 * the same connection: an answer over another one would not say that this one still carries anything.
 */
export const PROBE = "boardcast-client?";

/** What we need of a WebSocket: the browser's, Node's, and that of the package `ws` have it. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type WebSocketClass = new (url: string) => WebSocketLike;

/** Who is told what happens. After `lost` or `drop` nothing more is told. */
export interface Handlers {
  /** What a message holds. */
  message(text: string): void;
  /** The connection is no more: the code of its close, 0 if the other end was silent. */
  lost(code: number): void;
}

export class Socket {
  /** When the last message came, or the attempt to connect began: ms since 1970. */
  heard = Date.now();
  #socket: WebSocketLike;
  #handlers: Handlers;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isProbed = false;

  constructor(url: string, Class: WebSocketClass, handlers: Handlers) {
    this.#handlers = handlers;
    const socket = new Class(url);
    this.#socket = socket;
    socket.onopen = () => this.#watch();
    socket.onmessage = ({ data }: { data: string }) => this.#hear(data);
    socket.onclose = ({ code }: { code: number }) => this.#lose(code);
    // What it says is said again by `close`. Without a listener, Node ends the program.
    socket.onerror = () => {};
    this.#in(OPEN_MS, () => this.#lose(0));
  }

  /** Sends a message; false if that is not possible now. */
  send(message: object): boolean {
    const { readyState, bufferedAmount } = this.#socket;
    if (readyState !== 1 || bufferedAmount > MAX_BUFFERED) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Leaves it, without waiting for its end: on a dead network that takes minutes. */
  drop(): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #hear(text: string): void {
    this.heard = Date.now();
    // Otherwise the timer stays: at hundreds of messages in a second, setting one for each costs.
    if (this.#isProbed) this.#watch();
    this.#handlers.message(text);
  }

  /** Waits until it has been silent for long. */
  #watch(): void {
    const quiet = Date.now() - this.heard;
    this.#isProbed = quiet >= SILENT_MS;
    if (this.#isProbed) {
      this.send({ type: "ping", id: PROBE });
      this.#in(ANSWER_MS, () => this.#lose(0));
    } else {
      // A clock that was set back must not make it wait for hours.
      this.#in(Math.min(SILENT_MS - quiet, SILENT_MS), () => this.#watch());
    }
  }

  #in(ms: number, then: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, ms);
  }

  #lose(code: number): void {
    this.drop();
    this.#handlers.lost(code);
  }
}
