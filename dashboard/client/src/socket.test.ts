import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PROBE, Socket } from "./socket.ts";
import { FakeWebSocket } from "./testing.ts";

let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
});
afterEach(() => vi.useRealTimers());

function connect(): [Socket, FakeWebSocket] {
  const socket = new Socket("ws://pi/ws", FakeWebSocket, {
    message: (text) => told.push(text),
    lost: (code) => told.push(`lost ${code}`),
  });
  return [socket, FakeWebSocket.last];
}

/** Lets time pass in steps, as an awake machine does. */
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);

test("a connection that gets nowhere is given up after 10 s", () => {
  const [, fake] = connect();
  pass(9.9);
  expect(told).toEqual([]);
  pass(0.2);
  expect(told).toEqual(["lost 0"]);
  expect(fake.isClosed).toBe(true);
});

test("silence is asked about after 20 s, and is death after 5 s more", () => {
  const [, fake] = connect();
  fake.open();
  pass(19.9);
  expect(fake.sent).toEqual([]);
  pass(0.2);
  expect(fake.sent).toEqual([`{"type":"ping","id":"${PROBE}"}`]);
  pass(4.8);
  expect(told).toEqual([]);
  pass(0.2);
  expect(told).toEqual(["lost 0"]);
});

test("who answers is asked once in 20 s of silence", () => {
  const [, fake] = connect();
  fake.open();
  for (let answer = 1; answer <= 3; answer++) {
    pass(21);
    expect(fake.sent).toHaveLength(answer);
    fake.say("error");
  }
  expect(told).toEqual(["error", "error", "error"]);
});

test("who speaks is not asked", () => {
  const [, fake] = connect();
  fake.open();
  for (let second = 0; second < 100; second += 10) {
    pass(10);
    fake.say("m");
  }
  expect(fake.sent).toEqual([]);
  pass(20.1);
  expect(fake.sent).toHaveLength(1);
});

test("a clock that is set back by an hour does not hide silence for an hour", () => {
  const [, fake] = connect();
  fake.open();
  pass(5);
  vi.setSystemTime(Date.now() - 3_600_000);
  fake.say("m");
  pass(45);
  expect(fake.sent).toHaveLength(1);
});

test("what was dropped says nothing more", () => {
  const [socket, fake] = connect();
  fake.open();
  socket.drop();
  fake.say("m");
  fake.end();
  pass(60);
  expect(told).toEqual([]);
  expect(fake.isClosed).toBe(true);
  // Without it, Node ends the program when `ws` tells of a connection that was dropped too early.
  expect(fake.onerror).toBeTypeOf("function");
  expect(vi.getTimerCount()).toBe(0);
});

test("nothing waits behind a network that takes nothing", () => {
  const [socket, fake] = connect();
  expect(socket.send({})).toBe(false);
  fake.open();
  expect(socket.send({})).toBe(true);
  fake.bufferedAmount = 2_000_000;
  expect(socket.send({})).toBe(false);
  expect(fake.sent).toEqual(["{}"]);
});
