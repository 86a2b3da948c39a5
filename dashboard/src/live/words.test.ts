import { expect, test } from "vitest";
import { agoWords, bytesWords, reasonWords, spanWords, timeWords, valueWords } from "./words.ts";

test.each([
  [23.5, "23.5"],
  [0, "0"],
  [-0.000012345678, "-0.0000123457"],
  [0.1 + 0.2, "0.3"],
  [1234567, "1234567"],
  [101325.123456, "101325"],
  [1e21, "1e+21"],
  [null, "–"],
  [undefined, "–"],
  [true, "on"],
  [false, "off"],
  ["open", "open"],
])("the value %s is said %s", (value, words) => expect(valueWords(value)).toBe(words));

test.each([
  [-5000, "just now"],
  [999, "just now"],
  [1000, "1 s ago"],
  [119_999, "119 s ago"],
  [120_000, "2 min ago"],
  [7_200_000, "2 h ago"],
  [172_800_000, "2 days ago"],
])("%i ms were %s", (ms, words) => expect(agoWords(ms)).toBe(words));

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1536, "1.50 KiB"],
  [7_340_032, "7.00 MiB"],
  [2_147_483_648, "2.00 GiB"],
])("%i bytes are %s", (bytes, words) => expect(bytesWords(bytes)).toBe(words));

test("a time of another day has its date", () => {
  const at = new Date(2026, 10, 22, 14, 3, 21).getTime();
  expect(timeWords(at, at)).toBe("14:03:21");
  expect(timeWords(at, at + 86_400_000)).toBe("22 Nov 2026, 14:03:21");
});

test("a reason that is not known is said as it is", () => {
  expect([reasonWords("unplugged"), reasonWords("eaten")]).toEqual(["its cable was pulled", "eaten"]);
  expect(spanWords(500)).toBe("");
});
