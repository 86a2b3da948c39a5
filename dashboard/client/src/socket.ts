/**
 * One WebSocket, and whether there is still somebody at its other end: scripts do not see pings.
 */

/** A connection that gets nowhere for so long is given up. */
const OPEN_MS = 10_000;

/** After so long without a message we ask whether the gateway is there. */
const SILENT_MS = 20_000;

/** It has so long to answer. */
const ANSWER_MS = 5_000;

/** So much may wait to be sent. A network that takes nothing does not fill the page's memory. */
const MAX_BUFFERED = 1 << 20;

/** What the gateway does not know it answers with an `error` of this id, on the same connection. */
export const PROBE = "boardcast-client?";

/** Who is told what happens. After `lost`, or after `drop`, nothing more is told. */
export interface Handlers {
  message(text: string): void;
  /** `code` of the close, 0 if the gateway was silent; `reason` as it was given. */
  lost(code: number, reason: string): void;
}

export class Socket {
  /** When the last message came, or the attempt to connect began. */
  heard = Date.now();
  #socket: WebSocket;
  #timer: ReturnType<typeof setTimeout>;

  constructor(url: string, Class: typeof WebSocket, handlers: Handlers) {
    const socket = new Class(url);
    this.#socket = socket;
    const silent = () => this.#lose(() => handlers.lost(0, ""));
    const watch = () => {
      const quiet = Date.now() - this.heard;
      const isProbed = quiet >= SILENT_MS;
      if (isProbed) this.send({ type: "ping", id: PROBE });
      // A clock that is set back must not stop the watch.
      const wait = Math.min(SILENT_MS - quiet, SILENT_MS);
      this.#timer = isProbed ? setTimeout(silent, ANSWER_MS) : setTimeout(watch, wait);
      this.#isProbed = isProbed;
    };
    this.#timer = setTimeout(silent, OPEN_MS);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.heard = Date.now();
      watch();
    };
    socket.onmessage = ({ data }) => {
      this.heard = Date.now();
      if (this.#isProbed) {
        clearTimeout(this.#timer);
        watch();
      }
      handlers.message(data as string);
    };
    socket.onclose = ({ code, reason }) => this.#lose(() => handlers.lost(code, reason));
    // What it says is said again by `close`. Without a listener, Node ends the program.
    socket.onerror = () => {};
  }

  #isProbed = false;

  get isOpen(): boolean {
    return this.#socket.readyState === 1;
  }

  /** Sends a message; false if that is not possible now. */
  send(message: object): boolean {
    if (!this.isOpen || this.#socket.bufferedAmount > MAX_BUFFERED) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  /** Leaves it, without waiting for its end: on a dead network that takes minutes. */
  drop(): void {
    this.#lose(() => {});
  }

  #lose(then: () => void): void {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    then();
  }
}
