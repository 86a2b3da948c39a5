import type { State } from "boardcast-client";
import { expect, test } from "vitest";
import { News } from "./news.ts";

/** Shows the states one after the other, and gives the last news: `a offline, b online`. */
function after(...steps: string[]): string {
  const news = new News();
  let said = "";
  for (const step of steps) {
    const boards = step.split(", ").filter(Boolean);
    said = news.since(
      boards.map((board) => {
        const [name = "", state, why = ""] = board.split(" ");
        return { name, state: state as State, why };
      }),
    );
  }
  return said;
}

test.each([
  [["a offline"], ""],
  [["", "a offline"], ""],
  [["a online", "a offline unplugged"], "a is offline: unplugged."],
  [["a online", "a stale"], "a is stale."],
  [["a stale", "a offline"], "a is offline."],
  [["a offline", "a stale"], ""],
  [["a offline", "a online"], ""],
  [["a online", "a connecting"], ""],
  [["a online", "a offline", "a offline"], ""],
  [["a online, b online", "a stale, b offline"], "a is stale. b is offline."],
  [["a online", "", "a offline"], ""],
  [
    ["a online, b online, c online, d online, e online", "a stale, b stale, c stale, d stale, e stale"],
    "5 boards are no longer heard: a, b, c and 2 more.",
  ],
])("%j: %s", (steps, said) => expect(after(...steps)).toBe(said));
