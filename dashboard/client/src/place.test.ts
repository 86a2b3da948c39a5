import { expect, test } from "vitest";
import type { Hello } from "./messages.ts";
import { Place } from "./place.ts";

const hello = (stream: string, seq: number, resumed = false): Hello => ({
  type: "hello",
  protocol: 1,
  gateway: "pi",
  version: "1",
  stream,
  seq,
  resumed, // prettier-ignore
});

/** Where to go on after this, as `stream/since`. */
function after(steps: (place: Place) => void): string {
  const place = new Place();
  steps(place);
  const { stream, since } = place.resume ?? { stream: "", since: "anew" };
  return stream ? `${stream}/${since}` : String(since);
}

/** Has got to this place. */
function at(place: Place, stream: string, seq: number): void {
  place.hello(hello(stream, seq));
  place.settle();
}

test.each<[string, (place: Place) => void, string]>([
  ["nothing came", () => {}, "anew"],
  ["a snapshot", (place) => at(place, "s", 5), "s/5"],
  ["an empty stream", (place) => at(place, "s", 0), "s/0"],
  ["events", (place) => (at(place, "s", 5), place.event(6), place.event(9)), "s/9"],
  ["one that was held back", (place) => (at(place, "s", 5), place.event(9), place.event(7)), "s/9"],
  ["half a snapshot", (place) => place.hello(hello("s", 5)), "anew"],
  ["half a snapshot of another stream", (place) => (at(place, "s", 5), place.hello(hello("t", 2))), "s/5"],
  ["a snapshot of another stream", (place) => (at(place, "s", 5), at(place, "t", 2)), "t/2"],
  ["half a snapshot behind a gap", (place) => (at(place, "s", 5), place.gap(90), place.event(80)), "s/5"],
  ["the whole", (place) => (at(place, "s", 5), place.gap(90), place.event(80), place.settle()), "s/90"],
  [
    "resumed: the head is not our place",
    (place) => (at(place, "s", 5), place.hello(hello("s", 50, true))),
    "s/5",
  ],
  [
    "another id for the same numbers",
    (place) => (at(place, "s", 5), place.hello(hello("t", 5, true))),
    "t/5",
  ],
  ["another subscription, unanswered", (place) => (at(place, "s", 5), place.leave(), place.event(6)), "anew"],
  [
    "another subscription, answered in half",
    (place) => (at(place, "s", 5), place.leave(), place.hello(hello("s", 8))),
    "anew",
  ],
  ["another subscription, answered", (place) => (at(place, "s", 5), place.leave(), at(place, "s", 8)), "s/8"],
  [
    "two, of which one is answered",
    (place) => (at(place, "s", 5), place.leave(), place.leave(), at(place, "s", 8)),
    "anew",
  ],
  [
    "one that was not understood",
    (place) => (at(place, "s", 5), place.leave(), place.event(6), place.stay()),
    "s/6",
  ],
  ["broken before the answer", (place) => (at(place, "s", 5), place.leave(), place.break()), "anew"],
  [
    "broken in a snapshot",
    (place) => (at(place, "s", 5), place.hello(hello("t", 2)), place.break(), place.event(1)),
    "s/5",
  ],
  ["forgotten", (place) => (at(place, "s", 5), place.forget()), "anew"],
])("%s", (_name, steps, expected) => {
  expect(after(steps)).toBe(expected);
});
