import { expect, test } from "vitest";
import { isLike, named } from "./glob.ts";

test.each([
  ["porch", "porch", true],
  ["porch", "porch-1", false],
  ["", "porch", false],
  ["*", "", true],
  ["*", "porch", true],
  ["porch-*", "porch-1", true],
  ["porch-*", "porch-", true],
  ["porch-*", "porch", false],
  ["*-1", "porch-1", true],
  ["*-1", "porch-12", false],
  ["a*a", "a", false],
  ["a*a", "aa", true],
  ["a*b*c", "a-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["*b*b*", "ab", false],
  ["*b*b*", "abb", true],
  ["**", "x", true],
  ["a.b", "axb", false],
  ["[a]*", "[a]b", true],
  ["Porch", "porch", false],
  ["*".repeat(60) + "y", "x".repeat(64), false],
  ["*a".repeat(30), "a".repeat(64), true],
])("%s means %s: %s", (pattern, name, is) => expect(isLike(pattern, name)).toBe(is));

test.each([
  [[], "attic,porch-1,porch-2", "attic,porch-1,porch-2"],
  [["porch-*", "attic"], "attic,porch-1,porch-2", "porch-1,porch-2,attic"],
  [["porch-2", "porch-*"], "attic,porch-1,porch-2", "porch-2,porch-1"],
  [["cellar"], "attic", ""],
])("%j of %s are %s", (patterns, names, found) =>
  expect(named(patterns, names.split(",")).join(",")).toBe(found),
);
