import { expect, test } from "vitest";
import { tilesOf, unknownBoards, wallChoices, wallView } from "./wall.ts";

const boards = new Map([
  ["greenhouse", ["temperature", "humidity"]],
  ["porch-1", ["temperature"]],
  ["porch-2", ["light"]],
  ["silent", []],
]);

test.each([
  ["", "greenhouse:temperature+humidity porch-1:temperature porch-2:light silent:"],
  ["boards=porch-*,greenhouse", "porch-1:temperature porch-2:light greenhouse:temperature+humidity"],
  ["channels=temperature", "greenhouse:temperature porch-1:temperature silent:"],
  ["channels=hum*,temp*&boards=greenhouse", "greenhouse:humidity+temperature"],
  ["boards=silent&channels=x", "silent:"],
  ["boards=cellar", ""],
])("the address %s has the tiles %s", (query, tiles) => {
  const view = wallView(new URLSearchParams(query));
  const found = tilesOf(view, boards).map(({ board, channels }) => `${board}:${channels.join("+")}`);
  expect(found.join(" ")).toBe(tiles);
});

test.each([
  ["3", 3],
  ["0", undefined],
  ["-1", undefined],
  ["2.5", undefined],
  ["1e9", undefined],
  ["many", undefined],
])("%s columns are %s", (columns, taken) =>
  expect(wallView(new URLSearchParams({ columns })).columns).toBe(taken),
);

test("what means no board is told", () => {
  const view = wallView(new URLSearchParams("boards=greenhouse,cellar,attic-*"));
  expect(unknownBoards(view, boards.keys())).toEqual(["cellar", "attic-*"]);
});

test("an address is made of what is written by hand", () => {
  const choices = wallChoices({ boards: " a, b-* ", channels: "", title: " My house " });
  expect(choices.toString()).toBe("boards=a%2Cb-*&title=My+house");
});
