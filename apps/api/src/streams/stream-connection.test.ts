import type { LiveRuleset } from "@burgee/core";
import { prepare, RULESET_SCHEMA, type Ruleset, type RulesetPatch } from "@burgee/engine";
import { describe, expect, test } from "vitest";
import { EnvironmentFeed } from "./environment-feed.ts";
import { type Line, StreamConnection } from "./stream-connection.ts";

const times = { heartbeatMs: 15_000, stalledMs: 10_000, maxAgeMs: 900_000 };

/** A line that takes `room` bytes before it is full. */
class TestLine implements Line {
  text = "";
  room = Number.POSITIVE_INFINITY;
  isDestroyed = false;
  lastWords: string | undefined;

  write(bytes: Uint8Array): boolean {
    this.text += Buffer.from(bytes).toString();
    this.room -= bytes.length;
    return this.room > 0;
  }

  end(lastWords: string): void {
    this.lastWords = lastWords;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  get events(): readonly string[] {
    return [...this.text.matchAll(/^event: (.+)$/gm)].map(([, event]) => event ?? "");
  }
}

function live(revision: number, { padding = 0, patchPadding = 0 } = {}): LiveRuleset {
  const ruleset: Ruleset = {
    schema: RULESET_SCHEMA,
    project: "web",
    environment: "test",
    epoch: "e",
    revision,
    toggles: {},
  };
  const patch = (from: number): RulesetPatch & { readonly padding: string } => ({
    schema: RULESET_SCHEMA,
    epoch: "e",
    from,
    to: revision,
    changes: {},
    padding: "x".repeat(patchPadding),
  });
  return {
    epoch: "e",
    revision,
    body: JSON.stringify({ ...ruleset, padding: "x".repeat(padding) }),
    etag: `"e.${revision}"`,
    evaluator: prepare(ruleset),
    patchFrom: (_, from) => patch(from),
  };
}

function connect({ padding = 1_000, held = undefined as number | undefined } = {}) {
  const line = new TestLine();
  const feed = new EnvironmentFeed();
  feed.accept(live(1, { padding }));
  const position = held === undefined ? undefined : { epoch: "e", revision: held };
  const connection = new StreamConnection(line, feed, { held: position, times, nowMs: 0 });
  return { line, feed, connection };
}

describe("a connection", () => {
  test("merges what changed while its line was full into one patch", () => {
    const { line, feed, connection } = connect();
    line.room = 10;
    connection.advance(0);
    for (const revision of [2, 3, 4]) {
      feed.accept(live(revision, { padding: 1_000 }));
      connection.advance(1);
    }
    const whileFull = line.events;
    line.room = 1_000_000;

    connection.drained(2);

    expect(whileFull).toEqual(["put"]);
    expect(line.events).toEqual(["put", "patch"]);
    expect(line.text).toContain('"from":1,"to":4');
  });

  test("writes a large event piece by piece, as the line takes it", () => {
    const { line, connection } = connect({ padding: 300_000 });
    line.room = 1;

    connection.advance(0);
    const afterFirst = line.text.length;
    for (let drains = 0; drains < 3; drains++) {
      line.room = 1;
      connection.drained(drains);
    }

    expect(afterFirst).toBe(64 * 1024);
    expect(line.text).toHaveLength(4 * 64 * 1024);
  });

  test("lives on while a slow line makes progress, and is cut when it makes none", () => {
    const { line, connection } = connect({ padding: 300_000 });
    line.room = 1;
    connection.advance(0);
    line.room = 1;
    connection.drained(9_000);

    connection.tick(18_000);
    const afterProgress = line.isDestroyed;
    connection.tick(19_000);

    expect(afterProgress).toBe(false);
    expect(line.isDestroyed).toBe(true);
  });

  test("gives a sign of life after a silence, and none while the line is full", () => {
    const { line, connection } = connect();
    connection.advance(0);

    connection.tick(14_999);
    const early = line.text;
    connection.tick(15_000);
    connection.tick(20_000);

    expect(early).not.toContain(": heartbeat");
    expect(line.text.match(/: heartbeat\n\n/g)).toHaveLength(1);
  });

  test("says goodbye between two events, and never inside one", () => {
    const free = connect();
    free.connection.advance(0);
    const busy = connect();
    busy.line.room = 10;
    busy.connection.advance(0);

    free.connection.goodbye("shutdown");
    busy.connection.goodbye("shutdown");

    expect(free.line.lastWords).toMatch(/^event: goodbye\ndata: \{"reason":"shutdown","retryMs":\d+\}\n\n$/);
    expect(busy.line.lastWords).toBeUndefined();
    expect(busy.line.isDestroyed).toBe(true);
  });

  test("sends nothing older to an SDK that is ahead of this node", () => {
    const { line, feed, connection } = connect({ held: 5 });

    connection.advance(0);
    feed.accept(live(6, { padding: 1_000 }));
    connection.advance(1);

    expect(line.events).toEqual(["patch"]);
    expect(line.text).toContain('"from":5,"to":6');
  });
});

describe("a feed", () => {
  test("sends the whole where a patch would be larger", () => {
    const feed = new EnvironmentFeed();
    feed.accept(live(2, { padding: 100, patchPadding: 1_000 }));

    const chunk = feed.next({ epoch: "e", revision: 1 });

    expect(chunk?.bytes.toString()).toContain("event: put");
  });

  test("makes an event once for all who stand at the same revision", () => {
    const feed = new EnvironmentFeed();
    feed.accept(live(3, { padding: 1_000 }));
    const at = (revision: number) => feed.next({ epoch: "e", revision })?.bytes;

    expect(at(1)).toBe(at(1));
    expect(at(1)).not.toBe(at(2));
    expect(feed.next(undefined)?.bytes).toBe(feed.next({ epoch: "other", revision: 3 })?.bytes);
  });
});
