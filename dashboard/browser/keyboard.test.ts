import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { card, isOpen, openPage } from "./support/page.ts";

/** What has the focus, as a screen reader names it. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return "";
    return at.getAttribute("aria-label") ?? at.getAttribute("name") ?? at.textContent?.trim() ?? at.tagName;
  });
}

/** Presses Tab until the focus is at what is so named. It is always seen where the focus is. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    const outline = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement ?? document.body);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    });
    if (now) expect(outline, `the focus at "${now}" is seen`).toBe(true);
    if (name.test(now)) return;
    passed.push(now);
  }
  throw new Error(`Tab does not reach ${name}: ${passed.join(" → ")}`);
}

test("by keyboard from the search to a board, its terminal, and a command", async () => {
  const gateway = await Gateway.start();
  await gateway.post("attic", "temp:2");
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temp:23.5");
  const page = await openPage(gateway);
  await isOpen(page);
  await card(page, "porch").waitFor();
  await tabTo(page, /^Search/i);
  await page.keyboard.type("por");
  await card(page, "attic").waitFor({ state: "detached" });
  await tabTo(page, /^porch/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/board\/porch$/);
  await tabTo(page, /Terminal/i);
  await page.keyboard.press("Enter");
  await page.waitForURL(/#\/board\/porch\/terminal$/);
  await tabTo(page, /^command$|Command/i);
  const heard = board.hears();
  await page.keyboard.type("LED ON");
  await page.keyboard.press("Enter");
  expect(await heard).toBe("LED ON");
  await page.locator('[data-status="written"]').waitFor();
});

test("spans are chosen by keyboard", async () => {
  const gateway = await Gateway.start();
  await gateway.post("porch", "temp:1");
  const page = await openPage(gateway, "#/board/porch");
  await isOpen(page);
  await tabTo(page, /^hour$/);
  await page.keyboard.press("Space");
  await page.locator('button[aria-pressed="true"]', { hasText: /^\s*hour\s*$/ }).waitFor();
});
