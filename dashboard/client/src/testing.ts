/**
 * For tests: WebSockets that go nowhere, and say what the test wants.
 */
import type { WebSocketLike } from "./socket.ts";

/** Knows the ones that were made, in their order. */
export class FakeWebSocket implements WebSocketLike {
  static made: FakeWebSocket[] = [];
  static get last(): FakeWebSocket {
    return FakeWebSocket.made.at(-1)!;
  }

  readyState = 0;
  bufferedAmount = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  sent: string[] = [];
  isClosed = false;

  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeWebSocket.made.push(this);
  }

  /** What its query asks for, without `batch`. */
  get asked(): Record<string, string> {
    const { batch, ...asked } = Object.fromEntries(new URL(this.url).searchParams);
    if (batch !== "true") throw new Error(`no batch in ${this.url}`);
    return asked;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  /** The gateway says this: a text as it is, anything else as JSON. */
  say(said: unknown): void {
    this.onmessage?.({ data: typeof said === "string" ? said : JSON.stringify(said) } as never);
  }

  /** It ends, by the other end or by the network. */
  end(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code } as never);
  }
}
