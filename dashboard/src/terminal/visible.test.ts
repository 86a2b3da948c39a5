import { expect, test } from "vitest";
import { SHOWN_CHARS, visible } from "./visible.ts";

test.each([
  ["temp: 23.5 °C", "temp: 23.5 °C"],
  ["a\tb", "a\tb"],
  ["\x07", "\\x07"],
  ["\x1b[31mred", "\\x1b[31mred"],
  ["\x7f\x9b", "\\x7f\\x9b"],
  ["a\u202egnp.exe", "a\\u202egnp.exe"],
  ["\u2066x\u2069", "\\u2066x\\u2069"],
  ["no\u200bwidth\ufeff", "no\\u200bwidth\\ufeff"],
  ["a\u2028b", "a\\u2028b"],
  ["😀 ok", "😀 ok"],
  ["half \ud83d here", "half \\ud83d here"],
  ["\ude00", "\\ude00"],
  ["<b>&amp;", "<b>&amp;"],
  ["\ufffd", "\ufffd"],
])("%j is shown as %j", (text, shown) => expect(visible(text)).toBe(shown));

test("of a very long line the beginning is shown, and how much more there is", () => {
  const shown = visible("x".repeat(SHOWN_CHARS + 60_000));
  expect(shown).toBe(`${"x".repeat(SHOWN_CHARS)} … (60000 characters more)`);
});
