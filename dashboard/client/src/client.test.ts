import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connect, type Client } from "./client.ts";
import type { Options } from "./events.ts";
import type { Message } from "./messages.ts";
import { PROBE } from "./socket.ts";
import { FakeWebSocket } from "./testing.ts";

let client: Client;
let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  FakeWebSocket.made = [];
  told = [];
});
afterEach(() => {
  client.close();
  expect(vi.getTimerCount(), "timers after close()").toBe(0);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The socket of now. */
const socket = () => FakeWebSocket.last;
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);
const hello = (stream: string, seq: number, resumed = false) => ({ type: "hello", stream, seq, resumed });
const board = (seq: number, name: string) => ({
  type: "board",
  seq,
  board: name,
  state: "online",
  channels: {},
});
const reading = (seq: number, name = "a") => ({
  type: "reading",
  seq,
  time: seq,
  board: name,
  values: { x: seq },
});

/** Connects, and hears of the board a in the stream s, up to number 5. */
function begin(options: Options = {}): void {
  client = connect("http://pi:8080", { WebSocket: FakeWebSocket, ...options });
  client.on("message", (message: Message) =>
    told.push("seq" in message ? `${message.type} ${message.seq}` : message.type),
  );
  socket().open();
  socket().say(hello("s", 5));
  socket().say([board(4, "a")]);
  socket().say(reading(6));
}

test("what a snapshot and readings said is there before the listeners hear of it", () => {
  begin();
  expect(told).toEqual(["hello 5", "board 4", "reading 6"]);
  let value: unknown;
  client.on("reading", () => (value = client.boards.get("a")?.values["x"]));
  socket().say([reading(7), reading(8)]);
  expect(value).toBe(8);
  expect(client.hello?.stream).toBe("s");
  expect(client.url.href).toBe("ws://pi:8080/ws");
});

test.each([
  ["no JSON"],
  ["null"],
  [[]],
  [[null, 1, "x", { no: "type" }]],
  [{ type: "of the future", seq: 99 }],
  [{ type: "message" }],
])("%j is ignored", (said) => {
  begin();
  told = [];
  socket().say(said);
  socket().say(reading(7));
  expect(told).toEqual(["reading 7"]);
});

test("the connection goes through its states", () => {
  const states: string[] = [];
  client = connect("http://pi:8080", { WebSocket: FakeWebSocket });
  expect(client.connection.state).toBe("connecting");
  client.on("connection", ({ state, retry, since, reason }) =>
    states.push([state, retry && retry - since, reason].filter(Boolean).join(" ")),
  );
  socket().end();
  pass(0.25);
  socket().open();
  socket().say(hello("s", 0));
  socket().end(1001);
  client.close();
  expect(states).toEqual([
    "waiting 250 No gateway can be reached at pi:8080.",
    "connecting No gateway can be reached at pi:8080.",
    "open",
    "waiting 250 The gateway has stopped.",
    "closed",
  ]);
});

test("waits grow until a gateway says hello", () => {
  begin();
  const waits: number[] = [];
  client.on("connection", ({ retry, since }) => retry && waits.push(retry - since));
  for (let time = 0; time < 5; time++) {
    socket().open();
    socket().end();
    pass(5);
  }
  socket().open();
  socket().say(hello("s", 5, true));
  socket().end();
  expect(waits).toEqual([250, 750, 1500, 3000, 3750, 250]);
});

test("after a break it goes on where it was", () => {
  begin({ boards: ["a", "b-*"], lines: true });
  expect(socket().asked).toEqual({ boards: "a,b-*", lines: "true" });
  socket().end();
  pass(1);
  expect(socket().asked).toEqual({ boards: "a,b-*", lines: "true", stream: "s", since: "6" });
  socket().open();
  socket().say([hello("t", 9, true), reading(8)]);
  socket().end();
  pass(1);
  expect(socket().asked).toMatchObject({ stream: "t", since: "8" });
});

test("a break within the first snapshot begins anew", () => {
  client = connect("http://pi:8080", { WebSocket: FakeWebSocket });
  socket().open();
  socket().say(hello("s", 5));
  socket().say([board(4, "a")]);
  socket().end();
  pass(1);
  expect(socket().asked).toEqual({});
});

test("a quiet gateway's snapshot is whole soon, and boards that are gone are told", () => {
  begin();
  socket().end();
  pass(1);
  socket().open();
  told = [];
  socket().say(hello("t", 2));
  socket().say(board(1, "b"));
  expect([...client.boards.keys()]).toEqual(["a", "b"]);
  pass(0.6);
  expect([...client.boards.keys()]).toEqual(["b"]);
  expect(told).toEqual(["hello 2", "board 1", "board 2"]);
  socket().end();
  pass(1);
  expect(socket().asked).toEqual({ stream: "t", since: "2" });
});

test("a new subscription begins anew, also if the connection breaks before its answer", () => {
  begin();
  client.subscribe({ boards: "b", maxRate: 2 });
  const [sent] = socket().sent;
  expect(JSON.parse(sent ?? "")).toMatchObject({ type: "subscribe", boards: "b", max_rate: 2, batch: true });
  socket().say(reading(7));
  socket().end();
  pass(1);
  expect(socket().asked).toEqual({ boards: "b", max_rate: "2" });
});

test("once it is answered, a break goes on in the new subscription", () => {
  begin();
  client.subscribe({ boards: "b" });
  socket().say([hello("s", 8), board(7, "b"), reading(9, "b")]);
  expect([...client.boards.keys()]).toEqual(["b"]);
  socket().end();
  pass(1);
  expect(socket().asked).toEqual({ boards: "b", stream: "s", since: "9" });
});

test("a subscription that is not understood leaves the old one", () => {
  begin({ boards: "a" });
  client.subscribe({ maxRate: 0 });
  const { id } = JSON.parse(socket().sent[0] ?? "") as { id: string };
  socket().say({ type: "error", code: "bad_message", message: "no", id });
  socket().end();
  pass(1);
  expect(socket().asked).toEqual({ boards: "a", stream: "s", since: "6" });
});

test("a subscription while connecting replaces the attempt", () => {
  client = connect("http://pi:8080", { WebSocket: FakeWebSocket });
  const first = socket();
  client.subscribe({ boards: "b" });
  expect(first.isClosed).toBe(true);
  expect(socket().asked).toEqual({ boards: "b" });
  expect(FakeWebSocket.made).toHaveLength(2);
});

test.each([
  [30, {}],
  [5, { stream: "s", since: "6" }],
])("with resumeFor of 20 s, a break of %i s asks for %j", (seconds, expected) => {
  begin({ resumeFor: 20_000 });
  socket().end();
  for (let passed = 0; passed < seconds; passed += 5) {
    pass(5);
    if (passed + 5 < seconds) socket().end();
  }
  client.reconnect();
  expect(socket().asked).toEqual(expected);
});

test("a gateway that is only quiet is resumed after hours, also with resumeFor", () => {
  begin({ resumeFor: 60_000 });
  for (let time = 0; time < 200; time++) {
    pass(21);
    socket().say({ type: "error", id: PROBE });
  }
  expect(told).toEqual(["hello 5", "board 4", "reading 6"]);
  expect(FakeWebSocket.made).toHaveLength(1);
  client.reconnect();
  expect(socket().asked).toEqual({ stream: "s", since: "6" });
});

test("a machine that slept connects anew at once, a page that is only busy does not", () => {
  begin();
  vi.setSystemTime(Date.now() + 3_600_000);
  pass(5);
  expect(FakeWebSocket.made).toHaveLength(2);
  expect(socket().asked).toEqual({ stream: "s", since: "6" });
  socket().open();
  socket().say(hello("s", 6, true));
  vi.setSystemTime(Date.now() + 20_000);
  pass(4);
  socket().say(reading(7));
  pass(1);
  expect(FakeWebSocket.made).toHaveLength(2);
});

test("4001 is the end, until somebody asks for more", () => {
  begin();
  socket().end(4001);
  expect(client.connection).toMatchObject({
    state: "closed",
    reason: expect.stringContaining("allow") as string,
  });
  vi.setSystemTime(Date.now() + 3_600_000);
  pass(100);
  expect(FakeWebSocket.made).toHaveLength(1);
  client.reconnect();
  expect(FakeWebSocket.made).toHaveLength(2);
});

test("close is for good, also from within a listener", () => {
  begin();
  client.on("reading", () => client.close());
  told = [];
  socket().say([reading(7), reading(8)]);
  client.reconnect();
  client.subscribe({});
  pass(100);
  expect(told).toEqual(["reading 7"]);
  expect(FakeWebSocket.made).toHaveLength(1);
  expect(socket().isClosed).toBe(true);
});

test("a listener that connects anew has the rest sent again", () => {
  begin();
  const undo = client.on("reading", () => (undo(), client.reconnect()));
  socket().say([reading(7), reading(8)]);
  expect(socket().asked).toEqual({ stream: "s", since: "7" });
});

test("publishing and sending are possible while there is a connection", () => {
  begin();
  expect(client.publish("phone", { tilt: 0.3 })).toBe(true);
  expect(client.publish("phone", "tilt:0.4")).toBe(true);
  expect(client.send({ type: "command", id: 1, board: "a", data: "x" })).toBe(true);
  expect(socket().sent).toEqual([
    '{"type":"publish","board":"phone","values":{"tilt":0.3}}',
    '{"type":"publish","board":"phone","line":"tilt:0.4"}',
    '{"type":"command","id":1,"board":"a","data":"x"}',
  ]);
  socket().end();
  expect(client.publish("phone", { tilt: 0.5 })).toBe(false);
  expect(client.send({})).toBe(false);
});
