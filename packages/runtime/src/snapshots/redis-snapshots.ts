/**
 * Copies of what was published, in Redis: the newest of each environment, and beside it how new that is. An older one never takes
 * the place of a newer. A copy says nothing of itself that its reader need believe.
 *
 * Both keys of an environment carry its tenant as their hash tag, so that they lie on one shard of a cluster.
 */
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { bounded } from "../clock/bounded.ts";
import type { Logger } from "../log/create-logger.ts";
import { becomesReady, openFailFastRedis } from "../redis/open-redis.ts";
import { RedisState } from "../redis/redis-state.ts";

export interface SnapshotScope {
  readonly tenantId: string;
  readonly environmentId: string;
}

export interface SnapshotHead {
  readonly epoch: string;
  readonly revision: number;
}

export interface Snapshot {
  readonly bytes: Buffer;
  /** How long ago somebody who had asked the database put it here, or said that it is still the newest. */
  readonly ageMs: number;
}

export interface PutOptions {
  /** Only for who has just written to the database: another epoch takes the place of an earlier one. */
  readonly mayChangeEpoch: boolean;
}

export interface RedisSnapshotsOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Keeps our keys apart from others' on the same server. */
  readonly prefix?: string;
  /** How long `find` waits; 20, left out: whoever asks for a ruleset waits for it. */
  readonly readWithinMs?: number;
  readonly log: Logger;
}

/** After that long without a word of it, a copy is gone: it is to outlive an outage, and not its environment. */
const KEPT_MS = 24 * 60 * 60 * 1000;
const READ_WITHIN_MS = 20;
/** Of whom nobody waits for. */
const BACKGROUND_TIMEOUT_MS = 1_000;
const HEADS_AT_ONCE = 500;
const HEAD = /^([0-9a-f-]{36})\.(\d{1,15})$/;

/**
 * Epochs are UUIDs by time, so that a later one sorts after an earlier one. Of the same revision the copy may have been evicted, while
 * its head was not; and to put it once more says that it is still the newest.
 */
const PUT = `
local epoch, revision = string.match(redis.call('GET', KEYS[1]) or '', '^(.*)%.(%d+)$')
if epoch == ARGV[1] and tonumber(revision) > tonumber(ARGV[2]) then return 0 end
if epoch and epoch ~= ARGV[1] and (ARGV[5] == '0' or epoch > ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. '.' .. ARGV[2], 'PX', ARGV[4])
redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
return 1`;

/** In place of who fills it: all that were published by then have a copy, unless Redis lost or evicted some since. */
const WARM = "warm";
/** Where somebody else fills it by now, or where it was emptied meanwhile, it is not warm. */
const END_WARMING = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], '${WARM}')
return 1`;

export class RedisSnapshots {
  readonly #prefix: string;
  readonly #reader: Redis;
  readonly #background: Redis;

  constructor({
    url,
    applicationName,
    prefix = "burgee:",
    readWithinMs = READ_WITHIN_MS,
    log,
  }: RedisSnapshotsOptions) {
    this.#prefix = prefix;
    const meanwhile = "rulesets are read from the database";
    const open = { url, state: new RedisState({ variable: "REDIS_URL", meanwhile, log }) };
    this.#reader = openFailFastRedis({
      ...open,
      connectionName: `${applicationName}-snapshots`,
      commandTimeoutMs: readWithinMs,
    });
    this.#background = openFailFastRedis({
      ...open,
      connectionName: `${applicationName}-snapshots-background`,
      commandTimeoutMs: BACKGROUND_TIMEOUT_MS,
    });
  }

  /** An environment's copy, if Redis has it soon. @throws {Error} where Redis did not answer in time */
  async find(scope: SnapshotScope): Promise<Snapshot | undefined> {
    const key = this.#keyOf(scope, "ruleset");
    const [bytes, leftMs] = await Promise.all([this.#reader.getBuffer(key), this.#reader.pttl(key)]);
    return bytes && leftMs >= 0 ? { bytes, ageMs: Math.max(0, KEPT_MS - leftMs) } : undefined;
  }

  /** How new the copies are, in the order of the question; undefined for those that are not there. @throws {Error} */
  async heads(scopes: readonly SnapshotScope[]): Promise<readonly (SnapshotHead | undefined)[]> {
    const keys = new Map<string, string[]>();
    for (const scope of scopes) {
      const ofTenant = keys.get(scope.tenantId) ?? [];
      keys.set(scope.tenantId, [...ofTenant, this.#keyOf(scope, "head")]);
    }
    const questions = [...keys.values()].flatMap(chunks);
    const answers = await bounded(
      Promise.all(questions.map((question) => this.#background.mget(question))),
      BACKGROUND_TIMEOUT_MS,
      "Asking Redis for head revisions",
    );
    const heads = new Map<string, SnapshotHead | undefined>();
    for (const [index, question] of questions.entries()) {
      for (const [at, key] of question.entries()) heads.set(key, headOf(answers[index]?.[at]));
    }
    return scopes.map((scope) => heads.get(this.#keyOf(scope, "head")));
  }

  /** Puts a copy there, unless a newer one is. Says whether it did. @throws {Error} where Redis did not answer in time */
  async put(
    scope: SnapshotScope,
    { epoch, revision }: SnapshotHead,
    bytes: Buffer,
    { mayChangeEpoch }: PutOptions,
  ): Promise<boolean> {
    if (this.#background.status !== "ready") await becomesReady(this.#background, BACKGROUND_TIMEOUT_MS);
    const keys = [this.#keyOf(scope, "head"), this.#keyOf(scope, "ruleset")];
    const values = [epoch, revision, bytes, KEPT_MS, mayChangeEpoch ? 1 : 0];
    return (await this.#background.eval(PUT, keys.length, ...keys, ...values)) === 1;
  }

  /** Whether it was filled since it was last empty. @throws {Error} where Redis did not answer in time */
  async isWarm(): Promise<boolean> {
    return (await this.#background.get(`${this.#prefix}warmed`)) === WARM;
  }

  /** Notes that it is being filled from now on; answers by which name. @throws {Error} */
  async beginWarming(): Promise<string> {
    const filler = randomUUID();
    await this.#background.set(`${this.#prefix}warmed`, filler);
    return filler;
  }

  /** Notes that it was filled, unless it was emptied meanwhile. Says whether it is warm. @throws {Error} */
  async endWarming(filler: string): Promise<boolean> {
    return (await this.#background.eval(END_WARMING, 1, `${this.#prefix}warmed`, filler)) === 1;
  }

  close(): void {
    this.#reader.disconnect();
    this.#background.disconnect();
  }

  #keyOf({ tenantId, environmentId }: SnapshotScope, what: "head" | "ruleset"): string {
    return `${this.#prefix}{${tenantId}}:${environmentId}:${what}`;
  }
}

function headOf(text: string | null | undefined): SnapshotHead | undefined {
  const [, epoch, revision] = HEAD.exec(text ?? "") ?? [];
  return epoch === undefined ? undefined : { epoch, revision: Number(revision) };
}

function chunks(keys: readonly string[]): readonly string[][] {
  const count = Math.ceil(keys.length / HEADS_AT_ONCE);
  return Array.from({ length: count }, (_, at) => keys.slice(at * HEADS_AT_ONCE, (at + 1) * HEADS_AT_ONCE));
}
