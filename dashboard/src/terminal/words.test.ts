import { expect, test } from "vitest";
import { asText, cannotReceive, clockTime, fileName, leftWords, lentUntil, toRow } from "./words.ts";

const AT = new Date(2026, 10, 23, 4, 3, 2, 7).getTime();

test("lines are copied with time, kind and tabs", () => {
  const text = asText([
    { kind: "line", time: AT, text: "t:1\tb:2", mark: "reading" },
    { kind: "line", time: AT, text: "boot\u001b", mark: "text" },
    { kind: "sent", time: AT, text: "LED ON", outcome: "acked", answer: "acked ok" },
    { kind: "gap", time: AT, text: "3 events\nare missing" },
  ]);
  expect(text.split("\n")).toEqual([
    "2026-11-23 04:03:02.007\treading\tt:1\tb:2",
    "2026-11-23 04:03:02.007\ttext\tboot\u001b",
    "2026-11-23 04:03:02.007\tsent\tLED ON\tacked ok",
    "2026-11-23 04:03:02.007\tgap\t3 events are missing",
    "",
  ]);
});

test("a row shows what cannot be seen, and marks only what is worth it", () => {
  const row = toRow({ kind: "line", time: AT + 0.9, text: "a\x07", mark: "reading" });
  expect([row.time, row.text, row.mark]).toEqual(["04:03:02.007", "a\\x07", ""]);
  const sent = toRow({ kind: "sent", time: AT, text: "x", outcome: "acked", answer: "acked \x07" });
  expect([sent.answer, sent.outcome, toRow({ kind: "line", time: AT, text: "", mark: "text" }).mark]).toEqual(
    ["acked \\x07", "acked", "text"],
  );
});

test("times and names", () => {
  expect([clockTime(AT), fileName("desk", AT)]).toEqual(["04:03:02.007", "desk_2026-11-23T040302.txt"]);
});

test.each([
  ["serial", ""],
  ["websocket", ""],
  ["mqtt", ""],
  ["http", "desk sends its readings by POST: it only sends and cannot receive commands."],
  ["publish", "desk is published by a page or program: it cannot receive commands."],
])("a link of kind %s: %s", (link, words) => expect(cannotReceive("desk", link)).toBe(words));

const utc = (text: string) => Date.parse(text);
test.each([
  ["2026-11-23T14:30:00Z", "until 14:32:05 UTC", "2026-11-23T14:32:05Z"],
  ["2026-11-23T14:33:00Z", "until 14:32:05 UTC", "2026-11-23T14:32:05Z"],
  ["2026-11-23T23:59:30Z", "until 00:04:30 UTC", "2026-11-24T00:04:30Z"],
  ["2026-11-24T00:00:10Z", "until 23:59:59 UTC", "2026-11-23T23:59:59Z"],
])("at %s, %s is %s", (now, detail, until) => {
  expect(
    lentUntil(`/dev/ttyACM0 is free for 1m, ${detail} (boardcast resume desk takes it back)`, utc(now)),
  ).toBe(utc(until));
});

test("a detail without a time says nothing", () => expect(lentUntil("/dev/ttyACM0", AT)).toBeUndefined());

test.each([
  [245_000, "4:05"],
  [244_100, "4:05"],
  [900_000, "15:00"],
  [1, "0:01"],
  [-5, "0:00"],
])("%i ms are %s", (ms, words) => expect(leftWords(ms)).toBe(words));
