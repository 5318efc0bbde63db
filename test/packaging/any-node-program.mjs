/**
 * Stands for the service, and for a program that uses the SDK and starts twice: what a test runs on any Node, by either kind of import. Its rules ask for
 * the library, and then for patterns.
 */
import { createServer } from "node:http";

const mail = "ada@burgee.example";

/** @param {Pick<typeof import("@burgee/sdk"), "createServerClient"> & Pick<typeof import("@burgee/sdk/file-store"), "fileStore">} sdk */
export async function main({ createServerClient, fileStore }, folder = process.argv[2] ?? "") {
  const service = await serve();
  const store = fileStore(folder);
  const first = createServerClient({ baseUrl: service.url, sdkKey: "bg_srv_x", logger: false, store });
  const { status, source } = await first.ready();
  const eve = { mail: "eve@elsewhere.example" };
  print(status, source, first.isEnabled("staff", { mail }), first.isEnabled("staff", eve));

  const changed = new Promise((resolve) => first.on("change", resolve));
  service.send("patch", {
    schema: 1,
    epoch: "e1",
    from: 1,
    to: 2,
    changes: { more: toggle("more", 2, PATTERN) },
  });
  print(
    (await changed).keys.join(),
    first.value("more", false, { mail }),
    first.forContext(eve).isEnabled("more"),
  );

  first.track("ordered", { userId: "ada" }, 1);
  await first.close();
  const counts = service.batches.flatMap((batch) => batch.counts).filter((each) => each.toggle === "staff");
  const events = service.batches.flatMap((batch) => batch.events).map(({ name }) => name);
  print(
    "told",
    counts.reduce((sum, { count }) => sum + count, 0),
    events.join(),
  );
  service.close();

  const second = createServerClient({ mode: "offline", sdkKey: "bg_srv_x", store, logger: false });
  const again = await second.ready();
  print(again.status, again.source, second.isEnabled("more", { mail }));
  await second.close();
}

/** @param {readonly unknown[]} words */
function print(...words) {
  process.stdout.write(`${words.join(" ")}\n`);
}

async function serve() {
  /** @type {import("node:http").ServerResponse | undefined} */
  let stream;
  /** @type {{ counts: { toggle: string, count: number }[], events: { name: string }[] }[]} */
  const batches = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/v1/stream") {
      stream = response.setHeader("content-type", "text/event-stream");
      send("put", { ...HEAD, toggles: { staff: toggle("staff", 1, BEYOND_COMPARISONS) } });
    } else if (request.url === "/v1/events") {
      let text = "";
      for await (const chunk of request) text += chunk;
      batches.push(JSON.parse(text));
      response.writeHead(202).end("{}");
    } else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());

  /**
   * @param {string} event
   * @param {object} data
   */
  function send(event, data) {
    stream?.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  function close() {
    server.close();
    server.closeAllConnections();
  }
  return { url: `http://127.0.0.1:${address.port}`, batches, send, close };
}

const HEAD = { schema: 1, project: "web", environment: "production", epoch: "e1", revision: 1 };
const MAIL = { kind: "attribute", name: "mail" };
const LOWERED = { kind: "call", name: "lowerAscii", target: MAIL, args: [] };
const BEYOND_COMPARISONS = { kind: "call", name: "contains", target: LOWERED, args: ["@burgee"] };
const PATTERN = { kind: "call", name: "matches", target: MAIL, args: ["@burgee[.]"] };

/**
 * @param {string} key
 * @param {number} revision
 * @param {object} condition
 */
function toggle(key, revision, condition) {
  const rules = [{ id: "r1", condition, serve: { type: "variant", variant: "on" } }];
  const variants = { variants: { on: true, off: false }, offVariant: "off", defaultVariant: "off" };
  return { key, kind: "boolean", version: 1, revision, enabled: true, ...variants, rules, rollout: null };
}
