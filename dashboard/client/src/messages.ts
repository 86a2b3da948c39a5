/**
 * The messages of the protocol (docs/protocol.md), as types. Knows nothing of sockets.
 */

/** What a board can say of a channel at one time. Null: it said that it has no value. */
export type Value = number | string | boolean | null;

/** The values of a reading, by channel, in the board's order. */
export type Values = Record<string, Value>;

/** How a board reaches the gateway. More may come: show what you do not know as it is. */
export type Link = "serial" | "websocket" | "http" | "mqtt" | "publish";

/** How a board is. */
export type State = "connecting" | "online" | "stale" | "offline" | "removed";

/** What is configured of a channel; `time` if its value is older than the board's last reading. */
export interface Channel {
  unit?: string;
  label?: string;
  time?: number;
}

/** The first message, and the first after a new subscription. `seq` is the newest event's number. */
export interface Hello {
  type: "hello";
  protocol: number;
  gateway: string;
  version: string;
  stream: string;
  seq: number;
  resumed: boolean;
}

/** What one line said. Times are milliseconds since 1970, with microseconds as decimals. */
export interface Reading {
  type: "reading";
  seq: number;
  time: number;
  board: string;
  board_time?: number;
  values: Values;
}

/** A line that is no reading. */
export interface Text {
  type: "text";
  seq: number;
  time: number;
  board: string;
  text: string;
  partial?: true;
}

/** How a board is, as an event or in a snapshot. `last` has the newest value of every channel. */
export interface Board {
  type: "board";
  seq: number;
  time: number;
  board: string;
  state: State;
  reason?: string;
  link: Link;
  detail?: string;
  channels: Record<string, Channel>;
  last?: { seq: number; time: number; values: Values };
}

/** The gateway's clock was set forward by `jump` milliseconds. */
export interface Clock {
  type: "clock";
  seq: number;
  time: number;
  jump: number;
}

/** Events that are lost to this subscriber: `missed` of the numbers `from` to `to`, or at most so many. */
export interface Gap {
  type: "gap";
  from: number;
  to: number;
  missed: number;
  atmost?: true;
}

/** A line as it came, with `lines`. Neither numbered nor kept. */
export interface Line {
  type: "line";
  board: string;
  time: number;
  text: string;
}

/** What became of a command. */
export interface Result {
  type: "result";
  id: string | number;
  board: string;
  status: "written" | "acked" | "nacked" | "timeout" | "failed";
  reply?: string;
  error?: { code: string; message: string };
}

/** A message of ours that the gateway did not understand, or does not allow. */
export interface Refusal {
  type: "error";
  code: string;
  message: string;
  id?: string | number;
}

/** Everything the gateway sends. */
export type Message = Hello | Reading | Text | Board | Clock | Gap | Line | Result | Refusal;
