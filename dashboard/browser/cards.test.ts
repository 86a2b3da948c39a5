import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway, HISTORY } from "./support/gateway.ts";
import { BROKEN, card, openPage } from "./support/page.ts";

test("counts say how many are offline, and show them alone", async () => {
  const gateway = await Gateway.start();
  await gateway.post("attic", "x:1");
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("x:1");
  const page = await openPage(gateway);
  await card(page, "porch", "online").waitFor();
  await board.close();
  await page.getByRole("button", { name: "1 offline" }).click();
  await card(page, "attic").waitFor({ state: "detached" });
  expect(new URL(page.url()).hash).toBe("#/?state=offline");
  await page.getByRole("link", { name: "Wall" }).click();
  await page.locator("main.wall").waitFor();
  expect(new URL(page.url()).hash).toBe("#/wall?boards=porch");
  await page.keyboard.press("Escape");
  await card(page, "attic").waitFor();
});

test("a slash leads into the search, and a search without a match leads out of it", async () => {
  const gateway = await Gateway.start();
  await gateway.post("attic", "air:1");
  const page = await openPage(gateway);
  await card(page, "attic").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("cellar/");
  await page.getByText("No board matches").waitFor();
  expect(await page.getByRole("searchbox").inputValue()).toBe("cellar/");
  await page.getByRole("button", { name: "Show all 1" }).click();
  await card(page, "attic").waitFor();
});

test("who cannot see the page is told once when a board gets worse", async () => {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("x:1");
  const page = await openPage(gateway);
  await card(page, "porch", "online").waitFor();
  const told = page.locator("main > [aria-live=polite]");
  expect(await told.innerText()).toBe("");
  await board.close();
  await expect.poll(() => told.innerText()).toBe("porch is offline: it closed the connection.");
});

test("a board is forgotten from its card, and one of the configuration is not", async () => {
  const gateway = await Gateway.start('[[board]]\nboard = "attic"\nstale_after = "200ms"\n');
  await gateway.post("attic", "x:1");
  const board = await WifiBoard.connect(gateway, "porch");
  const page = await openPage(gateway, "#/", { allow: [/409/] });
  await card(page, "porch", "online").waitFor();
  await board.close();
  for (const name of ["attic", "porch"]) {
    await card(page, name).getByRole("button", { name: "Forget this board" }).click();
    await card(page, name).getByRole("button", { name: "Forget it" }).click();
  }
  await card(page, "porch").waitFor({ state: "detached" });
  const why = card(page, "attic").getByRole("alert");
  await expect.poll(() => why.innerText()).toMatch(/Not forgotten: .*attic.* configuration/);
  await card(page, "attic").getByRole("button", { name: "Keep it" }).press("Escape");
  await why.waitFor({ state: "detached" });
});

test("many channels are opened by hand, null is no value, and an old value says its age", async () => {
  const gateway = await Gateway.start();
  const many = Array.from({ length: 20 }, (_, at) => `c${at}:${at}`).join(",");
  await gateway.post("attic", many);
  await gateway.post("porch", '{"gone":null}');
  const page = await openPage(gateway);
  await expect.poll(() => card(page, "attic").locator("[data-channel]").count()).toBe(8);
  await card(page, "attic").getByRole("button", { name: "12 more" }).click();
  await expect.poll(() => card(page, "attic").locator("[data-channel]").count()).toBe(20);
  const gone = card(page, "porch").locator('[data-channel="gone"]');
  expect(await gone.locator(".value").innerText()).toBe("–");
  expect(await gone.innerText()).toMatch(/no value/);
});

test("small lines begin with what was before the page", async () => {
  const gateway = await Gateway.start(HISTORY);
  const page = await openPage(gateway, "#/status");
  for (const value of [1, 5]) await gateway.post("attic", `x:${value}`);
  const asked = page.waitForResponse((answer) => answer.url().includes("/api/boards/attic/history?"));
  await page.getByRole("link", { name: "Boards", exact: true }).click();
  expect((await asked).status()).toBe(200);
  await expect.poll(() => card(page, "attic").locator("svg.spark path").getAttribute("d")).toMatch(/^M\d/);
});

test("without the gateway nothing on the page looks as if it were now", async () => {
  const gateway = await Gateway.start();
  await gateway.post("attic", "x:1");
  const page = await openPage(gateway, "#/", { allow: [...BROKEN, /502/] });
  const weight = () =>
    card(page, "attic")
      .locator(".value")
      .evaluate((value) => getComputedStyle(value).fontWeight);
  await expect.poll(weight).toBe("600");
  await gateway.stop();
  await expect.poll(weight).toBe("400");
  expect(await card(page, "attic").locator(".state").innerText()).toBe("was online");
  await gateway.begin();
  await page.locator('html[data-connection="open"]').waitFor({ state: "attached" });
});
