import { expect, test } from "vitest";
import { listOf, parsePlace, toHash } from "./address.ts";

test.each([
  ["", "overview", "", ""],
  ["#/", "overview", "", ""],
  ["#/?q=green", "overview", "", "q=green"],
  ["#/board/greenhouse", "board", "greenhouse", ""],
  ["#/board/a.b-c_1?span=1h", "board", "a.b-c_1", "span=1h"],
  ["#/board/a%2Fb", "board", "a/b", ""],
  ["#/board/50%", "board", "50%", ""],
  ["#/board/a/terminal", "terminal", "a", ""],
  ["#/board", "nowhere", "", ""],
  ["#/board/a/b", "nowhere", "", ""],
  ["#/status", "status", "", ""],
  ["#/wall?boards=a,b&channels=x", "wall", "", "boards=a%2Cb&channels=x"],
  ["#/elsewhere", "nowhere", "", ""],
])("%s is the page %s of `%s`", (hash, page, board, choices) => {
  const place = parsePlace(hash);
  expect([place.page, place.board, place.choices.toString()]).toEqual([page, board, choices]);
});

test("an address leads where it came from", () => {
  const choices = new URLSearchParams({ boards: "a,b", channels: "air temp" });
  for (const page of ["board", "terminal", "status", "wall", "overview"] as const) {
    const board = page === "board" || page === "terminal" ? "a b/c%" : "";
    const place = parsePlace(toHash(page, board, choices));
    expect([place.page, place.board, place.choices.toString()]).toEqual([page, board, choices.toString()]);
  }
});

test("a list is what is between commas", () => {
  expect(listOf(new URLSearchParams("boards=a,,b"), "boards")).toEqual(["a", "b"]);
  expect(listOf(new URLSearchParams(""), "boards")).toEqual([]);
});
