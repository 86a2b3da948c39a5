import type { Link, State } from "boardcast-client";
import { expect, test } from "vitest";
import { helpWords, linkWords, whyWords } from "./boardwords.ts";

test.each([
  ["online", "", "serial", "", ""],
  ["online", "replaced", "websocket", "", ""],
  ["connecting", "", "serial", "", ""],
  ["offline", "unplugged", "serial", "its cable was pulled", "Plug it in again."],
  ["offline", "denied", "serial", "the gateway may not open its port", ""],
  ["offline", "eaten", "serial", "eaten", ""],
  ["offline", "", "serial", "", ""],
  ["stale", "", "carrier pigeon", "it has stopped talking", ""],
])("%s %s over %s", (state, reason, link, why, help) => {
  expect(whyWords(state as State, reason)).toBe(why);
  expect(helpWords(state as State, reason, link as Link)).toBe(help);
});

test("links are said as people call them", () => {
  expect([linkWords("http"), linkWords("pigeon" as Link)]).toEqual(["HTTP", "pigeon"]);
});
