// Builds the dashboard into `dist`, which the gateway embeds.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const client = new URL("./client/src/index.ts", import.meta.url).pathname;

export default defineConfig({
  plugins: [svelte()],
  resolve: { alias: { "boardcast-client": client } },
  build: {
    target: "es2022",
    // Data URLs would need a hole in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // `npm run dev` beside a gateway on its usual port; what it sends must look like its own page's.
    proxy: Object.fromEntries(
      ["/ws", "/api", "/metrics", "/healthz", "/readyz"].map((path) => [
        path,
        { target: "http://127.0.0.1:8080", changeOrigin: true, ws: true },
      ]),
    ),
  },
  test: { include: ["src/**/*.test.ts", "client/src/**/*.test.ts"] },
});
