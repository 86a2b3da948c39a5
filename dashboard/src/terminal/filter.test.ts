import { expect, test } from "vitest";
import { parseFilter } from "./filter.ts";

const LINES = ["temp:23.5", "Booting…", "Error 7", "a/b", "[x"];

test.each([
  ["", LINES],
  ["error", ["Error 7"]],
  ["TEMP", ["temp:23.5"]],
  ["[", ["[x"]],
  ["/", ["a/b"]],
  ["//", []],
  ["/^[a-z]+:/", ["temp:23.5"]],
  ["/error/", []],
  ["/error|boot/i", ["Booting…", "Error 7"]],
  ["/o/g", ["Booting…", "Error 7"]],
  ["/a/b/", ["a/b"]],
])("%j lets through %j", (written, passing) => {
  const filter = parseFilter(written);
  expect([LINES.filter(filter.passes), filter.problem]).toEqual([passing, ""]);
});

test.each(["/[/", "/(/", "/a/zz"])("%s is no pattern: it says so, and lets everything through", (written) => {
  const filter = parseFilter(written);
  expect(filter.problem).toMatch(/^This pattern is not right \(.+\): every line is shown\.$/);
  expect(LINES.filter(filter.passes)).toEqual(LINES);
});
