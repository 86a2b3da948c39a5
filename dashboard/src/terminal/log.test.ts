import { expect, test } from "vitest";
import { Log, MOST_CHARS, MOST_LINES, type Entry } from "./log.ts";

const line = (text: string): Entry => ({ kind: "line", time: 0, text });

function logOf(...texts: string[]): Log {
  const log = new Log();
  for (const text of texts) log.push(line(text));
  return log;
}

const shown = (log: Log) => log.shown.slice().map((entry) => entry.text);

test("the newest lines are held, and it says how many are gone", () => {
  const log = logOf(...Array.from({ length: MOST_LINES + 3 }, (_, at) => String(at)));
  expect([log.shown.length, log.shown.at(0)?.text, log.gone, log.takeScrolled(), log.takeScrolled()]).toEqual(
    [MOST_LINES, "3", 3, 3, 0],
  );
});

test("long lines push out more than one", () => {
  const log = logOf("a", "b", "x".repeat(MOST_CHARS), "c");
  expect([shown(log), log.gone]).toEqual([["c"], 3]);
  log.push(line("y".repeat(MOST_CHARS + 1)));
  expect(log.shown.length).toBe(1);
});

test("a filter holds for what is there and for what comes, and for lines only", () => {
  const log = logOf("temp:1", "boot");
  log.push({ kind: "gap", time: 0, text: "gap" });
  expect(log.filter("temp")).toBe("");
  log.push(line("temp:2"));
  log.push(line("hum:2"));
  expect(shown(log)).toEqual(["temp:1", "gap", "temp:2"]);
  expect(log.filter("/(/")).not.toBe("");
  expect(shown(log)).toEqual(["temp:1", "boot", "gap", "temp:2", "hum:2"]);
});

test("what is no longer held is no longer shown, also if little of it passes", () => {
  const log = new Log();
  log.filter("keep");
  log.push(line("keep me"));
  for (let at = 0; at < MOST_LINES; at += 1) log.push(line("x"));
  expect(shown(log)).toEqual([]);
});

test("a pause holds still what is shown, and says how many wait", () => {
  const log = logOf("a", "b");
  log.pause();
  log.push(line("c"));
  expect([shown(log), log.waiting, log.isPaused]).toEqual([["a", "b"], 1, true]);
  log.filter("b");
  expect(shown(log)).toEqual(["b"]);
  log.filter("");
  log.goOn();
  expect([shown(log), log.waiting, log.isPaused]).toEqual([["a", "b", "c"], 0, false]);
});

test("a pause outlasts the ring", () => {
  const log = logOf("a");
  log.pause();
  for (let at = 0; at <= MOST_LINES; at += 1) log.push(line(String(at)));
  expect([shown(log), log.waiting, log.gone]).toEqual([["a"], MOST_LINES + 1, 2]);
  log.goOn();
  expect(log.shown.at(0)?.text).toBe("1");
});

test("clearing empties what is held and what a pause shows", () => {
  const log = logOf("a");
  log.pause();
  log.push(line("b"));
  log.clear();
  expect([shown(log), log.waiting]).toEqual([[], 0]);
  log.push(line("c"));
  log.goOn();
  expect(shown(log)).toEqual(["c"]);
});
