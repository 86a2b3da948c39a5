import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { fullHouse } from "./support/house.ts";
import { isOpen, openPage, SIZES } from "./support/page.ts";

const PAGES = {
  overview: "#/",
  board: "#/board/greenhouse",
  terminal: "#/board/greenhouse/terminal",
  status: "#/status",
  wall: "#/wall?boards=greenhouse,porch&channels=temperature,humidity",
  nowhere: "#/no/such/page",
  unknown: "#/board/nobody",
};

/** Waits until a page shows what it has. */
async function settles(page: Page, name: string): Promise<void> {
  const shown: Record<string, string> = {
    overview: 'article[data-board="greenhouse"] [data-channel]',
    board: "figure canvas",
    terminal: "[role=log] .line",
    status: "[data-figure]",
    wall: "main.wall [data-channel]",
  };
  await page
    .locator(shown[name] ?? "main")
    .first()
    .waitFor();
  if (name !== "nowhere" && name !== "unknown") await isOpen(page);
}

/** Elements that reach beyond the right edge, unless they scroll inside something. */
async function tooWide(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const edge = document.documentElement.clientWidth;
    const isContained = (element: Element): boolean => {
      for (let at: Element | null = element; at && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== "visible") return true;
      }
      return false;
    };
    const wide = [...document.body.querySelectorAll("*")].filter(
      (element) => element.getBoundingClientRect().right > edge + 1 && !isContained(element),
    );
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`;
    const scrolls = document.documentElement.scrollWidth > edge ? ["the page"] : [];
    return [
      ...scrolls,
      ...wide.map((element) => `${name(element)} ${element.textContent?.trim().slice(0, 30)}`),
    ];
  });
}

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html) }));
  });
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).join(" | ")}`);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const size of ["phone", "desktop"] as const) {
    test(`every page fits and axe finds nothing: ${size}, ${colorScheme}`, async () => {
      const gateway = await fullHouse();
      for (const [name, hash] of Object.entries(PAGES)) {
        const page = await openPage(gateway, hash, {
          ...{ colorScheme, viewport: SIZES[size], hasTouch: size === "phone" },
          // A board that nobody knows has no history: the browser says so in its console.
          allow: name === "unknown" ? [/status of 404/] : [],
        });
        await settles(page, name);
        expect.soft(await tooWide(page), `${name} is too wide`).toEqual([]);
        expect.soft(await violations(page), name).toEqual([]);
        await page.close();
      }
    });
  }
}

test("dark is dark, and light is light", async () => {
  const gateway = await fullHouse();
  const brightness = async (colorScheme: "light" | "dark") => {
    const page = await openPage(gateway, "#/", { colorScheme });
    await settles(page, "overview");
    const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    return (colour.match(/\d+/g) ?? []).slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
  };
  expect(await brightness("light")).toBeGreaterThan(200);
  expect(await brightness("dark")).toBeLessThan(60);
});

test("scripts and styles come from files only, and from the gateway only", async () => {
  const gateway = await fullHouse();
  const answer = await gateway.ask("/");
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/);
  expect(policy).toMatch(/default-src 'none'|default-src 'self'/);
  const html = await answer.text();
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/i);
  for (const [, url] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect(url).toMatch(/^\/[^/]/);
});
