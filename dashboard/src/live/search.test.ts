import { expect, test } from "vitest";
import { countStates, searchFor } from "./search.ts";

const board = {
  name: "Greenhouse-2",
  state: "stale" as const,
  channels: { temperature: { label: "Air °C" }, ["__proto__"]: {}, constructor: {} },
};

test.each([
  ["", true],
  ["  ", true],
  ["greenhouse", true],
  ["HOUSE-2", true],
  ["temp", true],
  ["air", true],
  ["stale", true],
  ["stale air", true],
  ["stale soil", false],
  ["offline", false],
  ["constructor", true],
  ["2 stale", true],
  ["tostring", false],
])("the search `%s` means the board: %s", (words, is) => expect(searchFor(words)(board)).toBe(is));

test("states are counted, worst first", () => {
  expect(countStates(["online", "stale", "online", "offline"])).toEqual([
    ["offline", 1],
    ["stale", 1],
    ["online", 2],
  ]);
  expect(countStates([])).toEqual([]);
});
