import { partImports } from "../parts/parts.ts";
import { systemPorts } from "../ports.ts";
import { MemoryServerClient } from "./memory-server-client.ts";
import { readSettings } from "./options.ts";
import type { ServerClient } from "./server-client.ts";
import type { ServerOptions } from "./server-options.ts";

/**
 * Connects to the service and answers at once: until the first ruleset is there, with your fallbacks. One client
 * serves a whole process.
 *
 * - Errors: none are thrown. A missing key or address, or an option of the wrong form, leaves the client `failed`, and `ready()` says what is wrong.
 *
 * @example
 * import { createServerClient } from "@burgee/sdk";
 *
 * const client = createServerClient(); // BURGEE_URL and BURGEE_SDK_KEY from the environment
 * await client.ready();
 * client.isEnabled("new_checkout_ui", { userId: "abc123", region: "IN" });
 * await client.close();
 */
export function createServerClient(options: ServerOptions = {}): ServerClient {
  const env = typeof process === "undefined" ? {} : process.env;
  return new MemoryServerClient(readSettings(options, env), { ...systemPorts, ...partImports });
}
