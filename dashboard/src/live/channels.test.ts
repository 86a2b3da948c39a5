import { expect, test } from "vitest";
import { copyChannels, ownTime, sameChannels, settings, valueOf } from "./channels.ts";

const parsed = JSON.parse('{"__proto__":1,"constructor":2,"t":null}') as Record<string, number | null>;

test("names that every object has are names like any other", () => {
  expect(["__proto__", "constructor", "t"].map((name) => valueOf(parsed, name))).toEqual([1, 2, null]);
  expect(["__proto__", "constructor", "t"].map((name) => valueOf({}, name))).toEqual(
    Array(3).fill(undefined),
  );
  expect(settings({}, "constructor")).toEqual({});
});

test.each([
  [undefined, 100_000, undefined],
  [90_000, 100_000, 90_000],
  [90_001, 100_000, undefined],
  [50_000, undefined, undefined],
])("a value of %s beside a reading of %s has its own time: %s", (time, heard, own) => {
  const channels = { a: time === undefined ? {} : { time } };
  expect(ownTime({ channels, heard }, "a")).toBe(own);
});

test("a copy of channels stays as it was", () => {
  const channels = JSON.parse('{"__proto__":{"unit":"V"},"a":{"time":1}}') as Record<
    string,
    { time?: number }
  >;
  const copy = copyChannels(channels);
  expect(Object.keys(copy)).toEqual(["__proto__", "a"]);
  expect(sameChannels(copy, channels)).toBe(true);
  delete channels["a"]?.time;
  expect(sameChannels(copy, channels)).toBe(false);
});

test.each([
  [{}, {}, true],
  [{ a: {} }, {}, false],
  [{ a: {} }, { b: {} }, false],
  [{ toString: {} }, { b: {} }, false],
  [{ a: { unit: "V" } }, { a: { unit: "A" } }, false],
  [{ a: { label: "x" } }, { a: { label: "x" } }, true],
])("%j and %j say the same: %s", (one, other, same) => expect(sameChannels(one, other)).toBe(same));
