import { onTestFinished } from "vitest";
import type { SdkError } from "../src/sdk-error.ts";
import type { ClientStatus } from "../src/server/lifecycle.ts";
import { MemoryServerClient } from "../src/server/memory-server-client.ts";
import { readSettings } from "../src/server/options.ts";
import type { ClientEvents } from "../src/server/server-client.ts";
import type { ServerOptions } from "../src/server/server-options.ts";
import { ManualPorts } from "./manual-ports.ts";
import { rulesetWith } from "./rulesets.ts";
import { GOOD_KEY, WireServer } from "./wire-server.ts";

/** A wire server that ends with the test. */
export async function serve(ruleset = rulesetWith()): Promise<WireServer> {
  const server = await WireServer.start(ruleset);
  onTestFinished(() => server.close());
  return server;
}

/** What a test sees of a client: the client itself, its clock, and all it has told so far. */
export interface Watched {
  readonly client: MemoryServerClient;
  readonly ports: ManualPorts;
  /** `keys@version` of each change. */
  readonly changes: string[];
  readonly statuses: ClientStatus[];
  readonly errors: SdkError[];
}

/** A client of `server` on a clock of its own, closed when the test ends. */
export function connect(
  server: { readonly url: string },
  options: ServerOptions = {},
  ports = new ManualPorts(),
): Watched {
  const given: ServerOptions = { baseUrl: server.url, sdkKey: GOOD_KEY, logger: false, ...options };
  const client = new MemoryServerClient(readSettings(given, {}), ports);
  onTestFinished(() => client.close());

  const changes: string[] = [];
  const statuses: ClientStatus[] = [];
  const errors: SdkError[] = [];
  client.on("change", ({ keys, version }) => changes.push(`${keys.join(",")}@${version}`));
  client.on("status", (status) => statuses.push(status));
  client.on("error", (error) => errors.push(error));
  return { client, ports, changes, statuses, errors };
}

/** The next time that `client` tells of `event`. */
export function next<Name extends keyof ClientEvents>(
  client: MemoryServerClient,
  event: Name,
): Promise<ClientEvents[Name]> {
  return new Promise((resolve) => {
    const stop = client.on(event, (...args) => {
      stop();
      resolve(args);
    });
  });
}
