import { expect, test } from "vitest";
import { fillTrails, Past } from "./past.ts";
import { STEP_MS, Trail } from "./trail.ts";

/** A question whose answers the test gives: what was asked, in order, and how each goes on. */
function asker() {
  const asked: string[] = [];
  const answers: ((value: boolean) => void)[] = [];
  const failures: ((why: Error) => void)[] = [];
  const past = new Past((board, channels) => {
    asked.push(`${board}:${channels.join("+")}`);
    return new Promise((resolve, reject) => {
      answers.push(resolve);
      failures.push(reject);
    });
  });
  const turn = () => new Promise((go) => setTimeout(go));
  return { asked, answers, failures, past, turn };
}

test("two are asked at a time, each channel once", async () => {
  const { asked, answers, past, turn } = asker();
  past.want("a", ["x", "y"]);
  past.want("b", ["x"]);
  past.want("c", ["x"]);
  past.want("a", ["y", "z"]);
  expect(asked).toEqual(["a:x+y", "b:x"]);
  answers[0]?.(true);
  await turn();
  expect(asked).toEqual(["a:x+y", "b:x", "c:x"]);
  answers[2]?.(true);
  await turn();
  expect(asked).toEqual(["a:x+y", "b:x", "c:x", "a:z"]);
});

test("what nobody looks at any more is not asked, and can be wanted anew", async () => {
  const { asked, answers, past, turn } = asker();
  past.want("a", ["x"]);
  past.want("b", ["x"]);
  past.want("c", ["x"])();
  answers[0]?.(true);
  await turn();
  expect(asked).toEqual(["a:x", "b:x"]);
  past.want("c", ["x"]);
  expect(asked).toEqual(["a:x", "b:x", "c:x"]);
});

test("without a history nobody asks again", async () => {
  const { asked, answers, past, turn } = asker();
  for (const board of ["a", "b", "c"]) past.want(board, ["x"]);
  answers[0]?.(false);
  await turn();
  past.again();
  past.want("d", ["x"]);
  expect(asked).toEqual(["a:x", "b:x"]);
});

test("a new connection asks again, and so does who failed", async () => {
  const { asked, failures, past, turn } = asker();
  past.want("a", ["x"]);
  failures[0]?.(new Error("unreachable"));
  await turn();
  past.want("a", ["x"]);
  past.again();
  past.want("a", ["x"]);
  expect(asked).toEqual(["a:x", "a:x", "a:x"]);
});

test("many channels are several questions", async () => {
  const { asked, answers, past, turn } = asker();
  past.want(
    "a",
    Array.from({ length: 40 }, (_, at) => `c${at}`),
  );
  answers[0]?.(true);
  answers[1]?.(true);
  await turn();
  expect(asked.map((question) => question.split("+").length)).toEqual([32, 8]);
});

test("the past replaces what came live, and is not counted twice", () => {
  const T = 1_763_829_600_000;
  const trails = new Map([["t", new Trail()]]);
  trails.get("t")?.add(T, 10);
  const made = (channel: string) => {
    const trail = trails.get(channel) ?? new Trail();
    trails.set(channel, trail);
    return trail;
  };
  fillTrails({ time: [T - STEP_MS, T], values: { t: [4, 6], door: [null, null] } }, made);
  expect([...(trails.get("t")?.upTo(T) ?? [])].slice(-2)).toEqual([4, 6]);
  expect(trails.has("door")).toBe(false);
  trails.get("t")?.add(T + 100, 8);
  expect(trails.get("t")?.upTo(T).at(-1)).toBe(7);
});
