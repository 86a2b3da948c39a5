/**
 * The client: one connection to a gateway that comes back by itself, and goes on where it was.
 */
import { socketUrl } from "./address.ts";
import { Backoff } from "./backoff.ts";
import { sendCommand } from "./command.ts";
import type { Connection, Events, Options } from "./events.ts";
import { Latest, type LatestBoard } from "./latest.ts";
import { Listeners } from "./listeners.ts";
import type { Hello, Message, Result, Values } from "./messages.ts";
import { Place } from "./place.ts";
import { PROBE, Socket, type WebSocketClass } from "./socket.ts";
import { members, query } from "./subscription.ts";
import { watchSleep } from "./wake.ts";
import { reasonOf } from "./reasons.ts";

/** The id of `subscribe` messages, by which an `error` says that one was not understood. */
const SUBSCRIBE = "boardcast-client";

/** A snapshot of which nothing more came for so long is whole. */
const SNAPSHOT_MS = 500;

/** Who has heard something so lately was not asleep. */
const AWAKE_MS = 3_000;

/** Hidden pages get their timers once a minute. Longer without one is sleep. */
const SLEPT_MS = 90_000;

const TYPES = new Set("hello board reading text clock gap line result error".split(" "));

/** Connects to a gateway; without an address, to the one that the page is from. */
export function connect(url?: string | URL, options?: Options): Client {
  return new Client(url, options);
}

export class Client {
  /** Of the WebSocket, without the query. */
  readonly url: URL;
  #Class: WebSocketClass;
  #options: Options;
  /** Goes back to these if the gateway does not understand the newest. */
  #accepted: Options;
  #listeners = new Listeners<Events>();
  #latest = new Latest();
  #place = new Place();
  #backoff = new Backoff();
  #socket: Socket | undefined;
  #connection: Connection = { state: "closed", since: Date.now() };
  #hello: Hello | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #snapshotEnd: ReturnType<typeof setTimeout> | undefined;
  #stopWatching: (() => void) | undefined;
  /** When the connection was last known to be there. */
  #alive = 0;

  constructor(url?: string | URL, options: Options = {}) {
    this.url = socketUrl(url);
    const Class = options.WebSocket ?? globalThis.WebSocket;
    if (!Class)
      throw new Error("there is no WebSocket in this Node: give that of the package ws as an option");
    this.#Class = Class;
    this.#options = this.#accepted = options;
    this.#stopWatching = watchSleep(
      (why) => this.#wake(why),
      () => this.#tick(),
    );
    this.#connect();
  }

  /** How the connection is. */
  get connection(): Connection {
    return this.#connection;
  }

  /** The newest of each board, by name. */
  get boards(): Map<string, LatestBoard> {
    return this.#latest.boards;
  }

  /** What the gateway said of itself. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** Calls a function at each event of a type, until the function that it gives is called. */
  on<K extends keyof Events>(type: K, listener: (message: Events[K]) => void): () => void {
    return this.#listeners.add(type, listener);
  }

  /**
   * Sends a command to a board and waits for its final result. `ttl` is in seconds, 5 if not given. Throws a
   * `CommandError` if the board did not get it, did not answer, or said no.
   */
  command(board: string, data: unknown, options: { ttl?: number } = {}): Promise<Result> {
    return sendCommand(this.url, board, data, options.ttl);
  }

  /** Sends a message of the protocol. False if that is not possible now: nothing is kept for later. */
  send(message: object): boolean {
    return this.#socket?.send(message) ?? false;
  }

  /** Is a board: says values, or a line. False if that is not possible now: nothing is kept for later. */
  publish(board: string, what: Values | string): boolean {
    const said = typeof what === "string" ? { line: what } : { values: what };
    return this.send({ type: "publish", board, ...said });
  }

  /** Replaces the subscription. The gateway answers with a new `hello` and the boards as they are. */
  subscribe(options: Options): void {
    this.#options = options;
    if (this.send({ type: "subscribe", id: SUBSCRIBE, ...members(options) })) {
      this.#place.leave();
      return;
    }
    this.#place.forget();
    // An attempt that is under way asks for the old one.
    if (this.#socket) this.#connect();
  }

  /** Connects anew, at once. */
  reconnect(): void {
    if (this.#stopWatching) this.#connect();
  }

  /** Ends the connection for good. */
  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#leave();
    this.#become({ state: "closed" });
  }

  #connect(): void {
    this.#leave();
    const { resumeFor = Infinity, ...wanted } = this.#options;
    if (Date.now() - this.#alive > resumeFor) this.#place.forget();
    const socket = new Socket(`${this.url}?${query(wanted, this.#place.resume)}`, this.#Class, {
      message: (text) => this.#hear(socket, text),
      lost: (code) => this.#lost(code),
    });
    this.#socket = socket;
    const { reason } = this.#connection;
    this.#become(reason ? { state: "connecting", reason } : { state: "connecting" });
  }

  /** Leaves the socket, if there is one, and what was waited for. */
  #leave(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#snapshotEnd);
    this.#socket?.drop();
    this.#socket = undefined;
    this.#latest.abort();
    this.#place.break();
  }

  #lost(code: number): void {
    const reason = reasonOf(code, this.url.host, !!this.#hello);
    this.#leave();
    if (code === 4001) return this.#become({ state: "closed", reason });
    const wait = this.#backoff.next();
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#become({ state: "waiting", retry: Date.now() + wait, reason });
  }

  #become(connection: Omit<Connection, "since">): void {
    this.#connection = { ...connection, since: Date.now() };
    this.#listeners.call("connection", this.#connection);
  }

  #wake(why?: "online"): void {
    const { state } = this.#connection;
    if (state === "closed") return;
    const isFresh = this.#socket && Date.now() - this.#socket.heard < AWAKE_MS;
    if (!isFresh || (why && state !== "open")) this.#connect();
  }

  #tick(): void {
    // A tick that is later than those of a hidden page says that we slept, not that we were there.
    const now = Date.now();
    if (this.#connection.state === "open" && now - this.#alive < SLEPT_MS) this.#alive = now;
  }

  /** Takes what one WebSocket message holds: one message of the protocol, or an array. */
  #hear(socket: Socket, text: string): void {
    this.#alive = Date.now();
    let said: unknown;
    try {
      said = JSON.parse(text);
    } catch {
      return;
    }
    for (const message of Array.isArray(said) ? said : [said]) {
      if (isMessage(message)) this.#take(message);
      // A listener has closed the connection: what follows will come again, if at all.
      if (this.#socket !== socket) return;
    }
    clearTimeout(this.#snapshotEnd);
    if (this.#latest.isComing) this.#snapshotEnd = setTimeout(() => this.#endSnapshot(), SNAPSHOT_MS);
  }

  #take(message: Message): void {
    if (message.type === "error" && message.id === PROBE) return;
    if (this.#latest.isEndedBy(message)) this.#endSnapshot();
    this.#latest.take(message);
    if (message.type === "hello") this.#greet(message);
    else if (message.type === "gap") this.#place.gap(message.to);
    else if (message.type === "error" && message.id === SUBSCRIBE) this.#refused();
    else if ("seq" in message) this.#place.event(message.seq);
    this.#tell(message);
  }

  #greet(hello: Hello): void {
    this.#hello = hello;
    this.#place.hello(hello);
    this.#backoff.reset();
    if (!hello.resumed) this.#accepted = this.#options;
    if (this.#connection.state !== "open") this.#become({ state: "open" });
  }

  #refused(): void {
    this.#options = this.#accepted;
    this.#place.stay();
  }

  /** Boards that vanished while nobody looked are told as removed. */
  #endSnapshot(): void {
    const gone = this.#latest.end(Date.now());
    this.#place.settle();
    for (const board of gone) this.#tell(board);
  }

  #tell(message: Message): void {
    this.#listeners.call("message", message);
    this.#listeners.call(message.type, message as never);
  }
}

function isMessage(said: unknown): said is Message {
  return typeof said === "object" && said !== null && "type" in said && TYPES.has(said.type as string);
}
