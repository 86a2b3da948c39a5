/** A first form of the client. */
import type { Board, Channel, Hello, Link, Message, Result, State, Values } from "./messages.ts";

export interface Options {
  boards?: string | string[];
  maxRate?: number;
  history?: number;
  lines?: boolean;
  resumeFor?: number;
  WebSocket?: typeof WebSocket;
}
export interface Connection {
  state: "connecting" | "open" | "waiting" | "closed";
  since: number;
  retry?: number;
  reason?: string;
}
export interface LatestBoard {
  board: string;
  state: State;
  reason?: string;
  link: Link;
  detail?: string;
  channels: Record<string, Channel>;
  values: Values;
  time?: number;
  seq: number;
}
type ByType = { [M in Message as M["type"]]: M };
export type Events = ByType & { message: Message; connection: Connection };

export class CommandError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly result: Result | undefined,
  ) {
    super(message);
  }
}

export class Client {
  readonly url: URL;
  readonly boards = new Map<string, LatestBoard>();
  #options: Options;
  #socket: WebSocket | undefined;
  #listeners = new Map<string, Set<(message: never) => void>>();
  #connection: Connection = { state: "connecting", since: Date.now() };
  #hello: Hello | undefined;
  #seq = 0;
  #wait = 500;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #heard = 0;

  constructor(url: string | URL | undefined, options: Options) {
    this.url = new URL("/ws", url ?? location.href);
    this.url.protocol = this.url.protocol.replace("http", "ws");
    this.#options = options;
    this.#open();
  }
  get connection(): Connection {
    return this.#connection;
  }
  get hello(): Hello | undefined {
    return this.#hello;
  }
  on<K extends keyof Events>(type: K, listener: (message: Events[K]) => void): () => void {
    const all = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, all.add(listener as (message: never) => void));
    return () => all.delete(listener as (message: never) => void);
  }
  async command(board: string, data: unknown, options: { ttl?: number } = {}): Promise<Result> {
    const url = new URL(`/api/boards/${encodeURIComponent(board)}/command`, this.url);
    url.protocol = url.protocol.replace("ws", "http");
    const answer = await fetch(url, { method: "POST", body: JSON.stringify({ data, ...options }) });
    const result = (await answer.json()) as Result;
    if (result.status === "written" || result.status === "acked") return result;
    throw new CommandError(
      result.error?.message ?? result.status,
      result.error?.code ?? result.status,
      result,
    );
  }
  send(message: object): boolean {
    if (this.#connection.state !== "open") return false;
    this.#socket?.send(JSON.stringify(message));
    return true;
  }
  publish(board: string, what: Values | string): boolean {
    return this.send({
      type: "publish",
      board,
      ...(typeof what === "string" ? { line: what } : { values: what }),
    });
  }
  subscribe(options: Options): void {
    this.#options = { ...options };
    this.reconnect();
  }
  reconnect(): void {
    this.#drop();
    this.#open();
  }
  close(): void {
    this.#drop();
    this.#say("closed");
  }

  #open(): void {
    const { boards, maxRate, history, lines, resumeFor = Infinity } = this.#options;
    const url = new URL(this.url);
    const put = (name: string, value: unknown) =>
      value !== undefined && url.searchParams.set(name, String(value));
    put("batch", true);
    put("boards", boards);
    put("max_rate", maxRate);
    put("history", history);
    put("lines", lines);
    if (this.#hello && Date.now() - this.#heard < resumeFor) {
      put("stream", this.#hello.stream);
      put("since", this.#seq);
    }
    this.#say("connecting");
    const socket = new (this.#options.WebSocket ?? WebSocket)(url);
    this.#socket = socket;
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const said = JSON.parse(data) as Message | Message[];
      for (const message of Array.isArray(said) ? said : [said]) this.#take(message);
    };
    socket.onclose = () => {
      const wait = this.#wait * (0.5 + Math.random() / 2);
      this.#wait = Math.min(this.#wait * 2, 5000);
      this.#say("waiting", Date.now() + wait);
      this.#timer = setTimeout(() => this.#open(), wait);
    };
  }
  #drop(): void {
    clearTimeout(this.#timer);
    if (!this.#socket) return;
    this.#socket.onclose = this.#socket.onmessage = null;
    this.#socket.close();
  }
  #take(message: Message): void {
    this.#heard = Date.now();
    if (message.type === "hello") {
      this.#hello = message;
      this.#wait = 500;
      if (!message.resumed) {
        this.#seq = message.seq;
        this.boards.clear();
      }
      this.#say("open");
    } else if ("seq" in message) {
      this.#seq = Math.max(this.#seq, message.seq);
    }
    if (message.type === "board") this.#board(message);
    const latest = message.type === "reading" ? this.boards.get(message.board) : undefined;
    if (message.type === "reading" && latest && message.seq >= latest.seq) {
      Object.assign(latest.values, message.values);
      latest.time = message.time;
      latest.seq = message.seq;
    }
    this.#emit("message", message);
    this.#emit(message.type, message);
  }
  #board({ last, ...message }: Board): void {
    if (message.state === "removed") {
      this.boards.delete(message.board);
      return;
    }
    const { type: _type, time: _time, ...rest } = message;
    this.boards.set(message.board, {
      ...rest,
      values: { ...last?.values },
      ...(last && { time: last.time }),
    });
  }
  #say(state: Connection["state"], retry?: number): void {
    const before = this.#connection;
    const same = (before.state === "open") === (state === "open");
    this.#connection = {
      state,
      since: same ? before.since : Date.now(),
      ...(retry !== undefined && { retry }),
    };
    this.#emit("connection", this.#connection);
  }
  #emit(type: string, message: unknown): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        listener(message as never);
      } catch (why) {
        console.error(why);
      }
    }
  }
}

export function connect(url?: string | URL, options: Options = {}): Client {
  return new Client(url, options);
}
