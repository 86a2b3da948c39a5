import { expect, test } from "vitest";
import { Ring } from "./ring.ts";

test("the newest push the oldest out", () => {
  const ring = new Ring<number>(3);
  const gone = [1, 2, 3, 4, 5].map((item) => ring.push(item));
  expect(gone).toEqual([undefined, undefined, undefined, 1, 2]);
  expect(ring.slice()).toEqual([3, 4, 5]);
  expect([ring.at(-1), ring.at(0), ring.at(2), ring.at(3)]).toEqual([undefined, 3, 5, undefined]);
});

test.each([
  [0, 2, [3, 4]],
  [-4, 1, [3]],
  [1, 99, [4, 5]],
  [2, 1, []],
])("what lies between %i and %i is %j", (from, to, items) => {
  const ring = new Ring<number>(3);
  for (const item of [1, 2, 3, 4, 5]) ring.push(item);
  expect(ring.slice(from, to)).toEqual(items);
});

test("it can be emptied from its old end, and filled again", () => {
  const ring = new Ring<number>(2);
  ring.push(1);
  ring.push(2);
  expect([ring.shift(), ring.shift(), ring.shift(), ring.length]).toEqual([1, 2, undefined, 0]);
  ring.push(3);
  ring.clear();
  ring.push(4);
  expect(ring.slice()).toEqual([4]);
});
