// Builds the JavaScript client, as it is served at /client.js.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: "client/src/index.ts", formats: ["es"], fileName: () => "client.js" },
    // Vite leaves the spaces in modules, for bundlers; this one is for browsers.
    rolldownOptions: { output: { minify: true } },
  },
});
