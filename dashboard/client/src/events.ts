/** What a client is asked for, and what it tells. */
import type { Message } from "./messages.ts";
import type { WebSocketClass } from "./socket.ts";
import type { Wanted } from "./subscription.ts";

export interface Options extends Wanted {
  /** After a longer break (ms) begin anew with a snapshot, instead of having everything sent. Default: never. */
  resumeFor?: number;
  /** For Node below 22: the class of the package `ws`. */
  WebSocket?: WebSocketClass;
}

/** How the connection is. */
export interface Connection {
  state: "connecting" | "open" | "waiting" | "closed";
  /** Since when, in ms since 1970. */
  since: number;
  /** If it waits: when the next attempt is, in ms since 1970. */
  retry?: number;
  /** Why it is not open: a sentence for people. */
  reason?: string;
}

type ByType = { [M in Message as M["type"]]: M };

/** What can be listened to: each message by its type, all of them as `message`, and the connection. */
export interface Events extends ByType {
  message: Message;
  connection: Connection;
}
