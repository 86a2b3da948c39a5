import { expect, test } from "vitest";
import { SerialBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { card, openPage } from "./support/page.ts";

/** What the dashboard promises. */
const SOON_MS = 1000;

test("a pulled plug turns the card offline within a second, and back", async () => {
  const board = await SerialBoard.plugIn("bench");
  const gateway = await Gateway.start(board.toml());
  await board.isOpened();
  // Of the first line after a port opens, the beginning may be missing: it is no reading.
  board.say("Booting");
  board.say("light:7");
  const page = await openPage(gateway);
  await card(page, "bench", "online").waitFor();
  await expect.poll(() => card(page, "bench").locator(".value").innerText()).toBe("7");
  for (const value of ["8", "9"]) {
    await board.unplug();
    await card(page, "bench", "offline").waitFor({ timeout: SOON_MS });
    expect(await card(page, "bench").locator(".state").innerText()).toMatch(/offline.*(cable|plug)/is);
    await board.plug();
    await card(page, "bench", "online").waitFor();
    await board.isOpened();
    board.say("Booting");
    board.say(`light:${value}`);
    await expect.poll(() => card(page, "bench").locator(".value").innerText()).toBe(value);
  }
});

test("a port is lent from the page, and taken back", async () => {
  const board = await SerialBoard.plugIn("bench");
  const gateway = await Gateway.start(board.toml());
  await board.isOpened();
  const page = await openPage(gateway, "#/board/bench/terminal");
  await page.getByRole("button", { name: "Release the port" }).click();
  await page.getByRole("button", { name: "Take the port back" }).waitFor();
  const lent = (await (await gateway.ask("/api/boards/bench")).json()) as { state: string; reason: string };
  expect(lent).toMatchObject({ state: "offline", reason: "released" });
  await page.getByRole("button", { name: "Take the port back" }).click();
  await page.getByRole("button", { name: "Release the port" }).waitFor();
  await board.isOpened();
  board.say("light:7");
  await page.locator('.line[data-kind="line"]', { hasText: "light:7" }).waitFor();
});
