import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "./paced.ts";

/** Frames are drawn when the test says so. */
let frames: (() => void)[] = [];
const draw = () => {
  for (const frame of frames.splice(0)) frame();
};

beforeEach(() => {
  frames = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("asked a thousand times a second, it is done ten times", () => {
  const work = vi.fn();
  const ask = paced(work, 100);
  for (let ms = 0; ms < 1000; ms += 1) {
    ask();
    if (ms % 16 === 0) draw();
    vi.advanceTimersByTime(1);
  }
  expect(work.mock.calls.length).toBeGreaterThanOrEqual(8);
  expect(work.mock.calls.length).toBeLessThanOrEqual(10);
});

test("the last asking is answered, and nothing is done unasked", () => {
  const work = vi.fn();
  const ask = paced(work, 100);
  ask();
  draw();
  ask();
  draw();
  expect(work).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(100);
  draw();
  expect(work).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1000);
  draw();
  expect(work).toHaveBeenCalledTimes(2);
});

test("without frames, as in a hidden tab, nothing is done, and then once", () => {
  const work = vi.fn();
  const ask = paced(work, 100);
  for (let at = 0; at < 50; at += 1) {
    ask();
    vi.advanceTimersByTime(100);
  }
  expect([work.mock.calls.length, frames.length]).toEqual([0, 1]);
  draw();
  expect(work).toHaveBeenCalledTimes(1);
});
