import type { Refusal, Result } from "boardcast-client";
import { expect, test } from "vitest";
import { Sent } from "./sent.ts";

const result = (status: Result["status"], more: object = {}): Result =>
  ({ type: "result", id: "terminal-1", board: "desk", status, ...more }) as Result;
const offline = { error: { code: "board_offline", message: "board desk is offline" } };
const refusal: Refusal = { type: "error", code: "bad_message", message: "no", id: "terminal-1" };

test.each([
  ["nothing yet", [], "pending", "on its way…"],
  ["written", [result("written")], "written", "written"],
  ["answered", [result("written"), result("acked", { reply: "ok led on" })], "acked", "acked ok led on"],
  ["answered no", [result("written"), result("nacked", { reply: "err" })], "nacked", "nacked err"],
  ["not answered", [result("written"), result("timeout")], "timeout", "timeout: the board did not answer"],
  ["offline", [result("failed", offline)], "failed", "failed: board desk is offline"],
  ["refused", [refusal], "failed", "failed: no"],
  ["somebody else's", [result("acked", { id: "terminal-2" })], "pending", "on its way…"],
  [
    "a final one is final",
    [result("failed", offline), result("written")],
    "failed",
    "failed: board desk is offline",
  ],
] as const)("%s", (_, messages, outcome, answer) => {
  const sent = new Sent();
  const { entry } = sent.note("LED ON", 1);
  for (const message of messages) sent.hear(message);
  expect([entry.outcome, entry.answer]).toEqual([outcome, answer]);
});

test("when the connection breaks, what has no result is lost, and what is written is written", () => {
  const sent = new Sent();
  const one = sent.note("a", 1);
  const two = sent.note("b", 2);
  sent.hear(result("written"));
  expect(sent.broken()).toEqual([two.entry]);
  expect([one.entry.outcome, two.entry.outcome]).toEqual(["written", "lost"]);
  expect(sent.hear(result("acked"))).toBeUndefined();
});

test("what could not go out has failed", () => {
  const sent = new Sent();
  const { id, entry } = sent.note("a", 1);
  expect(sent.notSent(id)).toBe(entry);
  expect(entry.outcome).toBe("failed");
});

test("no more commands are remembered than may be open", () => {
  const sent = new Sent();
  for (let at = 0; at < 300; at += 1) sent.note("x", at);
  expect(sent.hear(result("written"))).toBeUndefined();
  expect(sent.hear(result("written", { id: "terminal-300" }))?.text).toBe("x");
  expect(sent.broken()).toHaveLength(255);
});
