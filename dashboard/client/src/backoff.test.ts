import { expect, test } from "vitest";
import { Backoff } from "./backoff.ts";

const waits = (random: number) => {
  const backoff = new Backoff();
  return Array.from({ length: 6 }, () => backoff.next(random));
};

test("waits lie between these, and grow", () => {
  expect(waits(0)).toEqual([0, 500, 1000, 2000, 2500, 2500]);
  expect(waits(1)).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
});

test("after a reset it begins anew", () => {
  const backoff = new Backoff();
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next(1)).toBe(500);
});

test("two pages do not come back together", () => {
  expect(new Backoff().next()).not.toBe(new Backoff().next());
});
