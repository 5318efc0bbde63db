/** What a browser shows at the address itself: that Burgee runs here, and where to go on. */
import { createHash } from "node:crypto";
import { anyone } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { noBody, rawQuery } from "../http/inputs.ts";
import { VERSION } from "../version.ts";

const STYLE = `
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif }
  body { max-width: 42rem; margin: 4rem auto; padding: 0 1.5rem }
  h1 { font-size: 1.5rem }
  code, pre { font-family: ui-monospace, monospace; font-size: .9rem }
  pre { overflow-x: auto; padding: 1rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem }
`;

/** @param address where people reach us; an origin, so nothing in it needs escaping */
const pageOf = (address: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Burgee</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Burgee ${VERSION} runs here.</h1>
<p>Toggles are created, changed and read over its API; there is no dashboard in this version.
The terminal that started it shows two keys, and these two commands with them filled in.</p>
<h2>Create a toggle</h2>
<pre><code>curl -X POST ${address}/v1/toggles \\
  -H 'authorization: Bearer bg_pat_…' -H 'content-type: application/json' \\
  -d '{ "key": "new_checkout_ui", "default": false, "rollout": { "type": "percentage", "value": 10 } }'</code></pre>
<h2>Ask for it</h2>
<pre><code>curl '${address}/v1/toggles/new_checkout_ui?userId=abc123' -H 'authorization: Bearer bg_srv_…'</code></pre>
<p>Also here: <a href="/readyz">readiness</a>, <a href="/version">version</a>, <a href="/metrics">metrics</a>.
The whole API is in <code>docs/rest-api.md</code>.</p>
</main>
</body>
</html>
`;

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
};

/** @param publicUrl left out, this machine's own name and the port that was asked */
export function startPageRoute(publicUrl: string | undefined): Route {
  return defineRoute({
    method: "GET",
    path: "/",
    access: anyone,
    needs: "public",
    query: rawQuery,
    body: noBody,
    handle: ({ request: { socket } }) => {
      const address = new URL(publicUrl ?? `http://localhost:${socket.localPort}`).origin;
      return { headers: HEADERS, body: pageOf(address) };
    },
  });
}
