import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway, HISTORY } from "./support/gateway.ts";
import { BROKEN, card, isOpen, openPage } from "./support/page.ts";

/** A page with one board that said 1; `isSame` fails if it was loaded again. */
async function opened(config: string, hash = "#/") {
  const gateway = await Gateway.start(config);
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, hash, { allow: BROKEN });
  board.say("temp:1");
  await isOpen(page);
  await page.evaluate(() => (document.body.dataset["loaded"] = "once"));
  const isSame = async () => expect(await page.locator("body").getAttribute("data-loaded")).toBe("once");
  return { gateway, board, page, isSame };
}

async function isBroken(page: Page): Promise<void> {
  await page
    .locator('html[data-connection="waiting"], html[data-connection="connecting"]')
    .waitFor({ state: "attached" });
}

function value(page: Page) {
  return () => card(page, "porch", "online").locator(".value").innerText();
}

test("a restart heals without a reload, and with a history nothing is missing", async () => {
  const { gateway, page, isSame } = await opened(HISTORY);
  await expect.poll(value(page)).toBe("1");
  await gateway.stop();
  await isBroken(page);
  await gateway.begin();
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temp:2");
  await isOpen(page);
  await expect.poll(value(page)).toBe("2");
  expect(await page.locator(".missing").count()).toBe(0);
  await isSame();
});

test("without a history it heals, too, and says what is missing", async () => {
  const { gateway, page, isSame } = await opened("");
  await expect.poll(value(page)).toBe("1");
  await gateway.restart();
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temp:2");
  await isOpen(page);
  await expect.poll(value(page)).toBe("2");
  await page.locator("[role=alert].missing").waitFor();
  await page.locator(".missing").getByRole("button").click();
  await page.locator(".missing").waitFor({ state: "detached" });
  await isSame();
});

test("a board that did not come back is not shown as it was", async () => {
  const { gateway, page } = await opened("");
  await card(page, "porch", "online").waitFor();
  await gateway.restart();
  await isOpen(page);
  await card(page, "porch", "online").waitFor({ state: "detached" });
});

test("the plot goes on after a power cut", async () => {
  const { gateway, page, isSame } = await opened(HISTORY, "#/board/porch");
  const count = () => page.locator('figure [data-channel="temp"]').getAttribute("data-count");
  await expect.poll(count).toBe("1");
  // It is on disk.
  await expect
    .poll(async () => {
      const ready = (await (await gateway.ask("/readyz")).json()) as { history: { behind: number } };
      return ready.history.behind;
    })
    .toBe(0);
  await gateway.kill();
  await isBroken(page);
  await gateway.begin();
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temp:2");
  await expect.poll(count).toBe("2");
  await isSame();
});

test("while the gateway is away, the page says so", async () => {
  const { gateway, page } = await opened("");
  await card(page, "porch", "online").waitFor();
  await gateway.stop();
  await isBroken(page);
  const words = page.locator("[role=status].connection");
  await expect.poll(() => words.innerText()).toMatch(/\w{4}/);
  expect(await words.innerText()).not.toMatch(/^connected/i);
  await gateway.begin();
  await isOpen(page);
});
