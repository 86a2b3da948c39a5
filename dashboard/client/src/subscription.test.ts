import { expect, test } from "vitest";
import { members, query, type Wanted } from "./subscription.ts";

test.each<[Wanted, string]>([
  [{}, "batch=true"],
  [{ boards: "greenhouse" }, "boards=greenhouse&batch=true"],
  [{ boards: ["shed", "lab-*"] }, "boards=shed%2Clab-*&batch=true"],
  [{ maxRate: 0.5, history: 100, lines: true }, "max_rate=0.5&history=100&lines=true&batch=true"],
])("%o is the query %s", (wanted, expected) => {
  expect(query(wanted)).toBe(expected);
});

test("the place to go on from is in the query, also if it is 0", () => {
  expect(query({}, { stream: "c0ffee01", since: 0 })).toBe("batch=true&stream=c0ffee01&since=0");
});

test("what is not wanted is not in the message", () => {
  const extra = { boards: ["a"], resumeFor: 5, WebSocket: Object };
  expect(members(extra)).toEqual({ boards: ["a"], batch: true });
});
