import { expect, test } from "vitest";
import { reasonOf } from "./reasons.ts";

test.each([
  [1006, false, "No gateway can be reached at pi:8080."],
  [1006, true, "The connection broke."],
  [1001, true, "The gateway has stopped."],
  [0, true, "The gateway does not answer."],
  [4001, false, "The gateway does not allow this connection."],
])("%i, known %s: %s", (code, isKnown, expected) => {
  expect(reasonOf(code, "pi:8080", isKnown)).toBe(expected);
});
