/** `@burgee/sdk/testing`: a client for tests of programs that use the SDK. */
import { ManualServerClient } from "./testing/manual-server-client.ts";
import type { TestClient, TestValue } from "./testing/test-client.ts";

export type { RecordedEvaluation, RecordedEvent, TestClient, TestValue } from "./testing/test-client.ts";

/**
 * Makes a client that is ready, and serves `values` by the keys of their toggles.
 *
 * @throws {TypeError} where one is no value of a toggle
 * @example
 * const toggles = createTestClient({ new_checkout_ui: true, region_text: ({ region }) => `Hello ${region}` });
 * const shop = createShop({ toggles });
 *
 * toggles.set("new_checkout_ui", false); // tells `change`, as the service would
 * expect(toggles.evaluations.map(({ key }) => key)).toContain("new_checkout_ui");
 */
export function createTestClient(values: Readonly<Record<string, TestValue>> = {}): TestClient {
  return new ManualServerClient(values);
}
