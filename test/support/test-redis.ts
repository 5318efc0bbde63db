import { afterAll } from "vitest";
import { bringRedis } from "../../launcher/private-redis.mjs";
import { privateFolder } from "./private-folder.ts";

/** One of the two is there: the URL of a Redis, or why there is none. */
export interface TestRedis {
  readonly url: string | undefined;
  readonly unavailable: string | undefined;
}

/**
 * Brings a Redis for this test file, stopped after its last test. Called at the top of the file, so that a
 * machine where none can be had skips its tests by name:
 *
 * @example
 * const redis = await withRedis();
 * describe.skipIf(redis.url === undefined)("the bus on Redis", () => { … });
 */
export async function withRedis(): Promise<TestRedis> {
  const redis = await bringRedis({ cacheDir: privateFolder("cache") });
  if ("unavailable" in redis) return { url: undefined, unavailable: redis.unavailable };

  afterAll(() => redis.stop());
  return { url: redis.url, unavailable: undefined };
}
