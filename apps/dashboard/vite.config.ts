/** Builds the pages to `dist`. Every file but the page itself carries a hash of its content in its name. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  // Packages of ours are taken from their sources, as everywhere but at run time.
  resolve: { conditions: ["burgee:source", "module", "browser", "development|production"] },
  build: {
    target: "es2023",
    manifest: true,
    // What a page needs first is named in it; the rest comes when it is asked for.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    // A policy without `data:` for scripts and fonts; small pictures are few.
    assetsInlineLimit: 0,
    // Parts that are large by themselves are named after what they are.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "codemirror", test: /node_modules\/(@codemirror|@lezer|style-mod|crelt|w3c-keyname)\// },
            // Its analysis and its patterns are asked for apart.
            { name: "engine", test: /packages\/engine\/src\/(?!analysis|matches)/ },
          ],
        },
      },
    },
  },
  server: {
    // For who works on the pages: the API of a running `npm start`.
    proxy: {
      "/trpc": "http://localhost:4000",
      "/v1": "http://localhost:4000",
      "/sso": "http://localhost:4000",
    },
  },
});
