/** What a wall shows: read from its address, and from the boards there are. Pure. */
import { listOf } from "../address.ts";
import { isLike, named } from "./glob.ts";

/** The view that an address asks for. */
export interface WallView {
  /** Names or globs; empty means all. */
  boards: string[];
  channels: string[];
  title: string;
  /** Tiles side by side; undefined: as fits best. */
  columns: number | undefined;
  theme: "dark" | "light" | undefined;
}

/** A tile: a board and those of its channels that it shows. */
export interface Tile {
  board: string;
  channels: string[];
}

/** Reads `boards=a,b-*&channels=x&title=…&columns=3&theme=dark`. What makes no sense is as if left out. */
export function wallView(choices: URLSearchParams): WallView {
  const columns = Number(choices.get("columns"));
  const theme = choices.get("theme");
  return {
    boards: listOf(choices, "boards"),
    channels: listOf(choices, "channels"),
    title: choices.get("title") ?? "",
    columns: Number.isInteger(columns) && columns >= 1 && columns <= 24 ? columns : undefined,
    theme: theme === "dark" || theme === "light" ? theme : undefined,
  };
}

/** The tiles of a view, in the order of its names. A board of which no channel is known has one all the
 * same: it was asked for, and that it says nothing is worth seeing. */
export function tilesOf(view: WallView, boards: ReadonlyMap<string, readonly string[]>): Tile[] {
  return named(view.boards, [...boards.keys()])
    .map((board) => ({ board, all: boards.get(board) ?? [] }))
    .map(({ board, all }) => ({ board, channels: named(view.channels, all), known: all.length > 0 }))
    .filter(({ channels, known }) => channels.length > 0 || !known)
    .map(({ board, channels }) => ({ board, channels }));
}

/** Names and globs of the view that mean no board. */
export function unknownBoards(view: WallView, boards: Iterable<string>): string[] {
  const names = [...boards];
  return view.boards.filter((pattern) => !names.some((name) => isLike(pattern, name)));
}

/** The choices of an address with these boards, for `toHash`; all of them need no names. */
export function wallChoices(view: Partial<Record<"boards" | "channels" | "title", string>>): URLSearchParams {
  const choices = new URLSearchParams();
  for (const [name, value] of Object.entries(view)) {
    const text =
      name === "title"
        ? value.trim()
        : value
            .split(/[\s,]+/)
            .filter(Boolean)
            .join(",");
    if (text) choices.set(name, text);
  }
  return choices;
}
