import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway, HISTORY } from "./support/gateway.ts";
import { BROKEN, card, isOpen, openPage } from "./support/page.ts";
import { Relay } from "./support/relay.ts";
import { Window } from "./support/window.ts";

/** How soon a page is right that was asleep. */
const AWAKE_MS = 2000;

test("a network that has gone silent is noticed, and healed", async () => {
  const gateway = await Gateway.start();
  const relay = await Relay.to(gateway);
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(relay, "#/", { allow: BROKEN, clock: "moved" });
  board.say("temp:1");
  const value = card(page, "porch").locator(".value");
  await expect.poll(() => value.innerText()).toBe("1");
  await isOpen(page);
  relay.silence();
  board.say("temp:2");
  // Twenty seconds without a word, then five for an answer.
  await page.clock.fastForward(21_000);
  await page.clock.fastForward(6_000);
  await page.locator('html:not([data-connection="open"])').waitFor({ state: "attached" });
  relay.speak();
  await page.clock.fastForward(11_000);
  await isOpen(page);
  await expect.poll(() => value.innerText()).toBe("2");
  expect(await page.locator(".missing").count()).toBe(0);
});

test("a connection that breaks comes back, and nothing is missing", async () => {
  const gateway = await Gateway.start();
  const relay = await Relay.to(gateway);
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(relay, "#/", { allow: BROKEN });
  board.say("temp:1");
  const value = card(page, "porch").locator(".value");
  await expect.poll(() => value.innerText()).toBe("1");
  relay.refuse();
  await page.locator('html[data-connection="waiting"]').waitFor({ state: "attached" });
  for (let at = 2; at <= 20; at += 1) board.say(`temp:${at}`);
  relay.accept();
  await isOpen(page);
  await expect.poll(() => value.innerText()).toBe("20");
  expect(await page.locator(".missing").count()).toBe(0);
});

test.each(["reset", "silent"] as const)(
  "a page that slept for an hour is right within two seconds: %s",
  async (dead) => {
    const gateway = await Gateway.start(HISTORY);
    const relay = await Relay.to(gateway);
    const board = await WifiBoard.connect(gateway, "porch");
    const left = await WifiBoard.connect(gateway, "shed");
    const page = await openPage(relay, "#/", { allow: BROKEN, clock: "moved" });
    board.say("temp:1");
    left.say("temp:1");
    const value = card(page, "porch").locator(".value");
    await expect.poll(() => value.innerText()).toBe("1");
    // It falls asleep: its connection dies without a word, and the world goes on.
    relay.silence();
    await left.close();
    for (let at = 2; at <= 3000; at += 1) board.say(`temp:${at}`);
    await expect
      .poll(async () => ((await (await gateway.ask("/api/boards/porch")).json()) as Last).last.values.temp)
      .toBe(3000);
    relay.speak(dead);
    await page.clock.fastForward("01:00:00");
    const late = Date.now() + AWAKE_MS;
    const timeLeft = () => Math.max(1, late - Date.now());
    await expect.poll(() => value.innerText(), { timeout: AWAKE_MS, interval: 20 }).toBe("3000");
    await card(page, "shed", "offline").waitFor({ timeout: timeLeft() });
    // The browser's clock is an hour ahead of the gateway's now: that is not the reading's age. (A browser
    // may ask over a dead connection that it has kept; where nobody resets that, it has to find out.)
    await expect
      .poll(
        () => card(page, "porch").locator(".age").first().innerText(),
        dead === "reset" ? { timeout: timeLeft() } : {},
      )
      .toMatch(/now|^\d+ s ago/);
  },
);

interface Last {
  last: { values: { temp: number } };
}

test("a tab that was frozen while its connection broke is right within two seconds", async () => {
  const gateway = await Gateway.start();
  const relay = await Relay.to(gateway);
  const board = await WifiBoard.connect(gateway, "porch");
  const window = await Window.open();
  await window.page.goto(`http://${relay.address}/`);
  board.say("temp:1");
  const value = card(window.page, "porch").locator(".value");
  await expect.poll(() => value.innerText()).toBe("1");
  await window.hide();
  await window.freeze();
  relay.breakAll();
  board.say("temp:2");
  await window.thaw();
  await window.page.bringToFront();
  await expect.poll(() => value.innerText(), { timeout: AWAKE_MS, interval: 20 }).toBe("2");
});
