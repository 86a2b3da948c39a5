import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { watchSleep } from "./wake.ts";

let told: string[];
let page: EventTarget & { visibilityState: string };
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("document", page);
  const window = new EventTarget();
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  vi.stubGlobal("dispatchEvent", window.dispatchEvent.bind(window));
  told = [];
  stop = watchSleep(
    (why) => told.push(why ?? "woken"),
    () => {},
  );
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function become(state: "visible" | "hidden"): void {
  page.visibilityState = state;
  page.dispatchEvent(new Event("visibilitychange"));
}

/** The machine sleeps: its clock goes on, its timers do not. */
function sleep(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

test("an hour of being awake tells nothing", () => {
  vi.advanceTimersByTime(3_600_000);
  expect(told).toEqual([]);
});

test("a lid that is opened is told at the next tick", () => {
  sleep(3600);
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual(["woken"]);
});

test("something busy is no sleep", () => {
  sleep(9);
  vi.advanceTimersByTime(5_000);
  expect(told).toEqual([]);
});

test("a hidden page's timers are late, which tells nothing", () => {
  become("hidden");
  for (let minute = 0; minute < 10; minute++) {
    sleep(55);
    vi.advanceTimersByTime(5_000);
  }
  expect(told).toEqual([]);
});

test("a page that is shown is told of it at once, and once", () => {
  become("hidden");
  sleep(3600);
  become("visible");
  expect(told).toEqual(["woken"]);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual(["woken"]);
});

test.each<[string, () => void, string[]]>([
  ["thawed", () => page.dispatchEvent(new Event("resume")), ["woken"]],
  [
    "out of the cache",
    () => dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true })),
    ["woken"],
  ],
  ["loaded", () => dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false })), []],
  ["the network is back", () => dispatchEvent(new Event("online")), ["online"]],
])("%s", (_name, happens, expected) => {
  happens();
  expect(told).toEqual(expected);
});

test("after the undo nothing is told", () => {
  stop();
  become("visible");
  dispatchEvent(new Event("online"));
  sleep(3600);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
