/** One browser for all tests: started before the first file, ended behind the last. */
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    browser: string;
  }
}

/** What the browser may be called; Debian's first. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's program; `$CHROMIUM` names another. Throws with the cure. */
export function chromiumProgram(): string {
  const found = process.env["CHROMIUM"] ?? PLACES.find((path) => existsSync(path));
  if (found) return found;
  throw new Error("no Chromium is here: sudo apt-get install chromium, or CHROMIUM=/path/to/it");
}

/** How the browser is started. A container's root may not make sandboxes, nor is /dev/shm large there. */
export const LAUNCH = {
  chromiumSandbox: false,
  args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
};

/** Vitest calls this once; what it returns, at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await chromium.launchServer({ executablePath: chromiumProgram(), ...LAUNCH });
  project.provide("browser", server.wsEndpoint());
  return () => server.close();
}
