import type { Board } from "boardcast-client";
import { expect, test } from "vitest";
import { Live } from "./live.ts";

/** A board that never said anything. */
const SILENT: Board = {
  ...{ type: "board", board: "porch", seq: 1, time: 7 },
  ...{ state: "online", link: "websocket", channels: {} },
};

function reading(live: Live, seq: number, time: number): void {
  live.reading({ type: "reading", board: "porch", seq, time, values: { a: seq } });
}

/** A snapshot whose newest reading is this one. */
function snapshot(live: Live, seq: number, time: number): boolean {
  const last = { seq, time, values: { a: seq } };
  return live.board({ ...SILENT, seq, time, last });
}

/** A page that has heard readings 1 to 3 at 10, 20 and 30 ms. */
function heard(): Live {
  const live = new Live();
  live.hello("one");
  snapshot(live, 0, 5);
  for (const seq of [1, 2, 3]) reading(live, seq, seq * 10);
  return live;
}

test("what was before the snapshot is of the history, what comes after it was heard", () => {
  const live = heard();
  expect(live.since).toBeGreaterThan(5);
  expect(live.since).toBeLessThan(5.001);
  expect([live.raw.rows(0, 99), live.lost]).toEqual([3, []]);
});

test("a board that never said anything is heard from its snapshot on", () => {
  const live = new Live();
  live.hello("one");
  live.board(SILENT);
  expect(live.since).toBe(7);
});

test("a replay from before the snapshot is heard from its first reading on", () => {
  const live = new Live();
  live.hello("one");
  snapshot(live, 9, 90);
  reading(live, 5, 50);
  expect(live.since).toBe(50);
});

test("a resumed connection sends no snapshot, and a later board message is none", () => {
  const live = heard();
  expect(snapshot(live, 3, 30)).toBe(false);
  expect(live.lost).toEqual([]);
});

test("a gap: what was between is lost, and asked for", () => {
  const live = heard();
  live.gap();
  expect(snapshot(live, 9, 90)).toBe(true);
  expect(live.lost).toEqual([{ from: 30, to: 90 }]);
  expect(live.since).toBeGreaterThan(90);
});

test("a new connection at which nothing was missed loses nothing", () => {
  const live = heard();
  const { since } = live;
  live.hello("one");
  expect(snapshot(live, 3, 30)).toBe(true);
  expect([live.lost, live.since]).toEqual([[], since]);
});

test("a replay that reaches back to what was heard loses nothing", () => {
  const live = heard();
  const { since } = live;
  live.hello("one");
  snapshot(live, 5, 50);
  for (const seq of [3, 4, 5]) reading(live, seq, seq * 10);
  expect([live.lost, live.since, live.raw.rows(0, 99)]).toEqual([[], since, 5]);
});

test("a replay that does not loses what is before it", () => {
  const live = heard();
  live.hello("one");
  snapshot(live, 9, 90);
  for (const seq of [7, 8, 9]) reading(live, seq, seq * 10);
  expect([live.lost, live.since]).toEqual([[{ from: 30, to: 70 }], 70]);
});

test("another stream begins its numbers anew", () => {
  const live = heard();
  live.hello("two");
  snapshot(live, 0, 40);
  reading(live, 1, 50);
  expect(live.raw.newest).toBe(50);
});

test("a clock that is set back takes away what was later", () => {
  const live = heard();
  live.hello("two");
  snapshot(live, 0, 14);
  reading(live, 1, 15);
  expect([live.raw.newest, live.raw.rows(0, 99)]).toEqual([15, 2]);
});
