import { expect, test } from "vitest";
import { marksOf, withStates, type Stated } from "./marks.ts";

/** States as [time, state, reason]. */
type Said = [number, string, string?];

function stated(all: Said[]): Stated[] {
  return all.map(([time, state, reason], seq) => ({ seq, time, state, reason }) as Stated);
}

test.each([
  ["nothing", [], [], []],
  ["online all the time", [[1, "online"]], [], []],
  [
    "stale is not away",
    [
      [1, "online"],
      [2, "stale"],
      [3, "online"],
    ],
    [],
    [],
  ],
  [
    "a cable is pulled and put back",
    [
      [1, "online"],
      [5, "offline", "unplugged"],
      [9, "online"],
    ],
    [[9, "back"]],
    [[5, 9, "offline: unplugged"]],
  ],
  [
    "by way of connecting",
    [
      [5, "offline", "unplugged"],
      [8, "connecting"],
      [9, "online"],
    ],
    [[9, "back"]],
    [[5, 9, "offline: unplugged"]],
  ],
  [
    "still away",
    [
      [1, "online"],
      [5, "offline", "busy"],
    ],
    [],
    [[5, Infinity, "offline: busy"]],
  ],
  [
    "for one reason, then another",
    [
      [5, "offline", "unplugged"],
      [6, "offline", "denied"],
      [9, "online"],
    ],
    [[9, "back"]],
    [[5, 9, "offline: unplugged"]],
  ],
  [
    "forgotten",
    [
      [1, "online"],
      [5, "removed"],
      [9, "online"],
    ],
    [[9, "back"]],
    [[5, 9, "removed"]],
  ],
  [
    "connected a second time",
    [
      [1, "online"],
      [5, "online", "replaced"],
    ],
    [[5, "restarted"]],
    [],
  ],
] as [string, Said[], [number, string][], [number, number, string][]][])("%s", (_, said, restarts, away) => {
  const marks = marksOf(stated(said));
  expect(marks.restarts.map(({ time, words }) => [time, words])).toEqual(restarts);
  expect(marks.away.map(({ from, to, words }) => [from, to, words])).toEqual(away);
});

test("a state that was heard and asked for counts once, in the order of time", () => {
  const [one, two, three] = stated([
    [1, "online"],
    [5, "offline"],
    [9, "online"],
  ]);
  expect(withStates([three!, one!], [two!, one!])).toEqual([one, two, three]);
});

test("the oldest of very many states go", () => {
  const many = stated(Array.from({ length: 1500 }, (_, at): Said => [at, "online"]));
  const kept = withStates([], many);
  expect([kept.length, kept[0]!.time]).toEqual([1000, 500]);
});
