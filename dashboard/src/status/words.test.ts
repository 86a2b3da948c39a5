import { expect, test } from "vitest";
import {
  byteRateWords,
  countWords,
  dropWords,
  keepWords,
  partWords,
  rateWords,
  uptimeWords,
} from "./words.ts";

test.each([
  [0, "0 s"],
  [59.9, "59 s"],
  [60, "1 min 0 s"],
  [3_661, "1 h 1 min 1 s"],
  [86_400 * 12, "12 d 0 h 0 min 0 s"],
])("%d seconds of running are %s", (seconds, words) => expect(uptimeWords(seconds)).toBe(words));

test.each([
  [2_592_000, "30 days"],
  [86_400, "1 day"],
  [129_600, "36 hours"],
  [90, "90 seconds"],
  [60, "1 minute"],
])("%i seconds are kept as %s", (seconds, words) => expect(keepWords(seconds)).toBe(words));

test.each([
  [undefined, ""],
  [0, "none now"],
  [0.001, "1/min now"],
  [0.5, "30/min now"],
  [0.96, "1/s now"],
  [1.25, "1.3/s now"],
  [1234.5, "1,235/s now"],
])("a rate of %d is said %s", (rate, words) => expect(rateWords(rate)).toBe(words));

test.each([
  [0, "empty"],
  [0.0001, "below 1 %"],
  [0.5, "50 %"],
  [0.9999, "99 %"],
  [1, "full"],
  [1.2, "full"],
])("filled to %d is %s", (part, words) => expect(partWords(part)).toBe(words));

test("counts and bytes", () => {
  expect([countWords(1234567), byteRateWords(1536), byteRateWords(undefined)]).toEqual([
    "1,234,567",
    "1.50 KiB/s now",
    "",
  ]);
});

test.each(["malformed", "too_long", "torn", "channel_limit", "out_of_range", "rate_limit", "garbled"])(
  "%s has a meaning and a cure",
  (reason) => {
    const { means, cure } = dropWords(reason);
    expect([means, cure].every((words) => /^[A-Z].+\.$/.test(words))).toBe(true);
  },
);

test.each(["eaten", "constructor", "__proto__"])(
  "a reason that is not known is said as it is: %s",
  (reason) => {
    expect(dropWords(reason).means).toBe(reason);
  },
);
