// The dashboard from outside: a real browser at a real gateway. `npm run test:browser`; with a mode
// one file that is no test but needs the same: `npm run screenshots`, `npm run measure`.
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  test: {
    include: [mode === "test" ? "browser/**/*.test.ts" : `browser/${mode}.ts`],
    globalSetup: "browser/support/chromium.ts",
    // One browser serves all files; more files at a time than this only wait for processors.
    maxWorkers: 2,
    // Waits inside a test have limits of their own, which say what did not come.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
}));
