import { expect, test } from "vitest";
import { WifiBoard } from "./support/boards.ts";
import { Gateway } from "./support/gateway.ts";
import { card, openPage } from "./support/page.ts";

test("the address alone brings the wall's whole view", async () => {
  const gateway = await Gateway.start();
  const board = await WifiBoard.connect(gateway, "porch");
  board.say("temp:23.5,hum:48,clicks:7");
  await gateway.post("attic", "temp:11");
  await gateway.post("shed", "temp:12");
  const page = await openPage(gateway, "#/wall?boards=attic,porch&channels=temp,hum");
  await expect
    .poll(() => card(page, "porch").locator('[data-channel="temp"] .value').innerText())
    .toBe("23.5");
  expect(await card(page, "porch").locator('[data-channel="hum"] .value').innerText()).toBe("48");
  expect(await card(page, "attic").locator('[data-channel="temp"] .value').innerText()).toBe("11");
  expect(await page.locator('[data-channel="clicks"]').count()).toBe(0);
  expect(await card(page, "shed").count()).toBe(0);
  // Nothing to press: it hangs on a wall.
  expect(await page.locator("button:visible, input:visible, nav:visible").count()).toBe(0);
  board.say("temp:24");
  await expect.poll(() => card(page, "porch").locator('[data-channel="temp"] .value').innerText()).toBe("24");
});

test("a wall whose gateway is away says so, in large letters", async () => {
  const gateway = await Gateway.start();
  await gateway.post("attic", "temp:11");
  const page = await openPage(gateway, "#/wall", { allow: [/WebSocket connection/, /ERR_/] });
  await card(page, "attic").waitFor();
  await gateway.stop();
  const alert = page.locator("main.wall [role=alert]");
  await alert.waitFor();
  expect(await alert.evaluate((element) => parseFloat(getComputedStyle(element).fontSize))).toBeGreaterThan(
    20,
  );
  await gateway.begin();
  await alert.waitFor({ state: "detached" });
});
