import type { Board, Message } from "boardcast-client";
import { expect, test } from "vitest";
import { Log } from "./log.ts";
import { Scribe, stateWords, valuesText } from "./scribe.ts";

const NOW = 1_763_829_600_000;
const hello = (seq: number, more: object = {}) =>
  ({
    type: "hello",
    protocol: 1,
    gateway: "pi",
    version: "1",
    stream: "s",
    seq,
    resumed: false,
    ...more,
  }) as Message;
const board = (seq: number, state: Board["state"], reason?: string) =>
  ({
    type: "board",
    seq,
    time: NOW,
    board: "desk",
    state,
    link: "serial",
    channels: {},
    ...(reason && { reason }),
  }) as Message;
const line = (time: number, text: string): Message => ({ type: "line", board: "desk", time, text });
const reading = (seq: number, time: number): Message => ({
  type: "reading",
  seq,
  time,
  board: "desk",
  values: { t: 1 },
});
const text = (seq: number, time: number, more: object = {}): Message =>
  ({ type: "text", seq, time, board: "desk", text: "boot", ...more }) as Message;
const gap = (missed: number, more: object = {}) =>
  ({ type: "gap", from: 1, to: 9, missed, ...more }) as Message;

/** What the log says: kind, mark, `-` for what was before, text. A string is a state of the connection. */
function written(...messages: (Message | "open" | "waiting")[]): string[] {
  const log = new Log();
  const scribe = new Scribe("desk", log);
  for (const message of messages) {
    if (typeof message === "string") scribe.connection({ state: message }, NOW);
    else scribe.take(message, NOW);
  }
  return log.shown
    .slice()
    .map(({ kind, mark, before, text }) => `${before ? "-" : ""}${kind} ${mark ? `${mark} ` : ""}${text}`);
}

const DIVIDER = "state above: from the gateway's memory, as it was understood. Below: as it comes";

test.each([
  ["a line is a reading", [line(1, "t:1"), reading(6, 1)], ["line reading t:1"]],
  ["a line is text, once", [line(1, "boot"), text(6, 1)], ["line text boot"]],
  ["a torn line is marked", [line(1, "oot"), text(6, 1, { partial: true })], ["line partial oot"]],
  ["one line may be two readings", [line(1, "[1,2]"), reading(6, 1), reading(7, 1)], ["line reading [1,2]"]],
  [
    "a reading without its line",
    [line(1, "t:1"), reading(6, 1), reading(7, 2)],
    ["line reading t:1", "line values t=1"],
  ],
  ["a text without its line", [text(6, 2)], ["line text boot"]],
  ["a line without an event", [line(1, "t:1")], ["line t:1"]],
  [
    "the past is marked, and ends where the present begins",
    [board(5, "online"), board(1, "online"), reading(2, 1), text(5, 2), line(3, "t:1"), reading(6, 3)],
    ["-state desk is online", "-line values t=1", "-line text boot", DIVIDER, "line reading t:1"],
  ],
  ["the snapshot is no change", [board(5, "online")], []],
  [
    "changes are told, the same twice is not",
    [
      board(5, "online"),
      board(6, "offline", "unplugged"),
      board(7, "offline", "unplugged"),
      board(8, "online"),
    ],
    ["state desk is offline: its cable was pulled", "state desk is online"],
  ],
  [
    "what is missing is told",
    [gap(3), gap(1), gap(9, { atmost: true })],
    ["gap 3 events are missing here", "gap 1 event is missing here", "gap up to 9 events are missing here"],
  ],
  [
    "the clock was set",
    [{ type: "clock", seq: 6, time: 1, jump: 300_000 } as Message],
    ["state the gateway's clock was set forward by 5 min"],
  ],
  [
    "a break is told once, and what it brought is from memory",
    [line(1, "a"), "waiting", "waiting", "open", hello(7, { resumed: true }), reading(7, 2), line(3, "b")],
    [
      "line a",
      "gap no connection to the gateway: lines of now are not seen",
      "state connected again",
      "-line values t=1",
      DIVIDER,
      "line b",
    ],
  ],
  [
    "a board that changed during a break",
    [board(5, "online"), "waiting", hello(9), gap(4), board(9, "offline", "unplugged")],
    [
      "gap no connection to the gateway: lines of now are not seen",
      "state connected again: of what came meanwhile only the newest follows",
      "gap 4 events are missing here",
      "state desk is offline: its cable was pulled",
    ],
  ],
  [
    "after a long break nothing comes twice",
    [
      line(1, "a"),
      reading(6, 1),
      text(7, 2),
      "waiting",
      hello(9),
      board(9, "online"),
      reading(6, 1),
      text(7, 2),
      reading(9, 3),
    ],
    [
      "line reading a",
      "line text boot",
      "gap no connection to the gateway: lines of now are not seen",
      "state connected again: of what came meanwhile only the newest follows",
      "-line values t=1",
    ],
  ],
  [
    "a gateway that begins anew",
    ["waiting", hello(0, { stream: "other" })],
    [
      "gap no connection to the gateway: lines of now are not seen",
      "gap the gateway has begun anew: lines before this are missing",
    ],
  ],
  [
    "another name for the numbering is no news",
    [hello(9, { stream: "other", resumed: true }), line(1, "a"), reading(8, 1)],
    ["line reading a"],
  ],
] as [string, (Message | "open" | "waiting")[], string[]][])("%s", (_, messages, expected) => {
  expect(written(hello(5), ...messages)).toEqual(expected);
});

test("before the first hello there is no break", () => {
  expect(written("waiting", "open", hello(1))).toEqual([]);
});

test("states and values in words", () => {
  const lent = { board: "desk", state: "offline", reason: "released", detail: "until 14:32:05 UTC" } as const;
  expect(stateWords(lent)).toBe("desk is offline: its port is lent to another program (until 14:32:05 UTC)");
  expect(valuesText({ a: 1, b: null, c: "open", __proto__x: true })).toBe(
    "a=1  b=null  c=open  __proto__x=true",
  );
});
