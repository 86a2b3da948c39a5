import { expect, test } from "vitest";
import { Latest } from "./latest.ts";
import type { Board, Message, Values } from "./messages.ts";

const hello = (seq: number, resumed = false): Message => ({
  type: "hello",
  protocol: 1,
  gateway: "pi",
  version: "1",
  stream: "s",
  seq,
  resumed, // prettier-ignore
});
const gap = (to: number, atmost?: true): Message => ({
  type: "gap",
  from: 1,
  to,
  missed: to,
  ...(atmost && { atmost }), // prettier-ignore
});
const board = (seq: number, name: string, values?: Values, state: Board["state"] = "online"): Message => ({
  type: "board",
  seq,
  time: seq,
  board: name,
  state,
  link: "http", // prettier-ignore
  channels: Object.fromEntries(Object.keys(values ?? {}).map((channel) => [channel, {}])),
  ...(values && { last: { seq, time: seq, values } }),
});
const removed = (seq: number, name: string) => board(seq, name, undefined, "removed");
const reading = (seq: number, name: string, values: Values): Message => ({
  type: "reading",
  seq,
  time: seq,
  board: name,
  values, // prettier-ignore
});
const text = (seq: number, name: string): Message => ({
  type: "text",
  seq,
  time: seq,
  board: name,
  text: "hi",
});
const result: Message = { type: "result", id: 1, board: "a", status: "written" };

/** What is known after these messages: `name@seq values`, and `-name` where one was found to be gone. */
function after(messages: Message[], { isQuiet = false } = {}): string {
  const latest = new Latest();
  const gone: string[] = [];
  const end = () => gone.push(...latest.end(0).map((gone) => `-${gone.board}`));
  for (const message of messages) {
    if (latest.isEndedBy(message)) end();
    latest.take(message);
  }
  if (isQuiet) end();
  const known = [...latest.boards.values()].map(
    ({ board, seq, values }) => `${board}@${seq} ${Object.entries(values).map((pair) => pair.join(":"))}`,
  );
  return [...known, ...gone].join(", ").replaceAll(" ,", ",").trim();
}

test.each<[string, Message[], string]>([
  ["a snapshot", [hello(5), board(3, "a", { x: 1 }), board(5, "b")], "a@3 x:1, b@5"],
  ["readings count", [hello(3), board(3, "a", { x: 1 }), reading(4, "a", { x: 2, y: 0 })], "a@4 x:2,y:0"],
  ["null is a value", [hello(3), board(3, "a", { x: 1 }), reading(4, "a", { x: null })], "a@4 x:"],
  ["text counts as news", [hello(3), board(3, "a", { x: 1 }), text(9, "a")], "a@9 x:1"],
  ["removed is gone", [hello(3), board(3, "a"), board(2, "b"), removed(4, "a")], "b@2"],
  ["a board that comes later", [hello(0), board(1, "a"), reading(2, "a", { x: 1 })], "a@2 x:1"],
  [
    "boards that are not in a new snapshot are gone with the first event",
    [hello(9), board(9, "a"), board(8, "b"), hello(3), board(2, "b", { x: 1 }), text(4, "b")],
    "b@4 x:1, -a",
  ],
  ["until then they stay", [hello(9), board(9, "a"), board(8, "b"), hello(3), board(2, "b")], "a@9, b@2"],
  ["a new board ends a snapshot", [hello(9), board(9, "a"), hello(3), board(4, "b")], "b@4, -a"],
  ["an answer does not end it", [hello(9), board(9, "a"), hello(3), result, board(3, "a")], "a@3"],
  ["a resumed hello changes nothing", [hello(9), board(9, "a", { x: 1 }), hello(12, true)], "a@9 x:1"],
  [
    "a gap with a snapshot",
    [hello(2), board(1, "a"), board(2, "b"), text(3, "a"), gap(90), board(80, "b", { x: 1 }), text(91, "b")],
    "b@91 x:1, -a",
  ],
  ["a gap with an empty snapshot", [hello(2), board(1, "a"), text(3, "a"), gap(90), text(91, "b")], "-a"],
  [
    "a gap within a crash has no snapshot",
    [hello(2), board(1, "a"), text(3, "a"), gap(90, true), text(91, "a")],
    "a@91",
  ],
  [
    "the gap behind hello does not end its snapshot",
    [hello(9), board(9, "a"), hello(90), gap(90), board(80, "b"), text(91, "b")],
    "b@91, -a",
  ],
  [
    "history is older than the snapshot",
    [hello(9), board(9, "a", { x: 9 }), reading(7, "a", { x: 7 }), board(8, "a", { x: 8 }), removed(3, "a")],
    "a@9 x:9",
  ],
  [
    "a board in the history comes after its place in the snapshot",
    [hello(9), board(9, "a", { x: 9 }), board(8, "a", { x: 8 }), text(10, "a")],
    "a@10 x:9",
  ],
  [
    "history of a board that nobody knows any more",
    [hello(9), board(9, "a"), reading(5, "old", { x: 1 }), board(6, "old"), removed(7, "old")],
    "a@9",
  ],
  [
    "with max_rate an older reading of other channels comes later, and counts",
    [hello(3), board(3, "a", { x: 1, y: 1 }), reading(6, "a", { y: 6 }), reading(5, "a", { x: 5, y: 5 })],
    "a@6 x:5,y:6",
  ],
  [
    "but not if a board message has said more",
    [hello(3), board(3, "a", { x: 1 }), board(7, "a", { x: 7 }), reading(6, "a", { x: 6 })],
    "a@7 x:7",
  ],
  [
    "channels with the names of things that objects have",
    [hello(1), board(1, "a", { constructor: 1 }), reading(2, "a", JSON.parse('{"__proto__":2}') as Values)],
    "a@2 constructor:1,__proto__:2",
  ],
])("%s", (_name, messages, expected) => {
  expect(after(messages)).toBe(expected);
});

test("when nothing more comes, the snapshot is whole", () => {
  const messages = [hello(9), board(9, "a"), hello(3), board(3, "b")];
  expect(after(messages, { isQuiet: true })).toBe("b@3, -a");
  expect(after([hello(9), board(9, "a"), hello(3)], { isQuiet: true })).toBe("-a");
  expect(after([hello(9), board(9, "a"), text(10, "a"), gap(30, true)], { isQuiet: true })).toBe("a@10");
});

test("a board keeps its object, and only what the last message says of it", () => {
  const latest = new Latest();
  latest.take({
    ...(board(1, "a", { x: 1 }) as Board),
    state: "offline",
    reason: "unplugged",
    detail: "ttyACM0",
  });
  const known = latest.boards.get("a");
  expect(known).toMatchObject({ state: "offline", reason: "unplugged", detail: "ttyACM0", time: 1 });
  latest.take(board(2, "a"));
  expect(latest.boards.get("a")).toBe(known);
  expect(known).toEqual({ board: "a", state: "online", link: "http", channels: {}, values: {}, seq: 2 });
});

test("each channel knows whether its value is older than the last reading", () => {
  const latest = new Latest();
  latest.take(board(1, "a", { x: 1, y: 1 }));
  latest.take(reading(2, "a", { x: 2 }));
  latest.take(reading(3, "a", { x: 3 }));
  expect(latest.boards.get("a")).toMatchObject({ time: 3, channels: { x: {}, y: { time: 1 } } });
  latest.take(reading(4, "a", { y: 4 }));
  expect(latest.boards.get("a")?.channels).toEqual({ x: { time: 3 }, y: {} });
});

test("what comes out does not change what came in", () => {
  const said = board(1, "a", { x: 1 }) as Board;
  const before = structuredClone(said);
  const latest = new Latest();
  latest.take(said);
  latest.take(reading(2, "a", { y: 2 }));
  expect(said).toEqual(before);
});

test("a board with ever new channels keeps the newest 1024", () => {
  const latest = new Latest();
  latest.take(board(1, "a"));
  for (let seq = 2; seq <= 2001; seq++) latest.take(reading(seq, "a", { [`c${seq}`]: seq }));
  const known = latest.boards.get("a");
  expect(Object.keys(known?.values ?? {})).toHaveLength(1024);
  expect(Object.keys(known?.channels ?? {})[0]).toBe("c978");
});
