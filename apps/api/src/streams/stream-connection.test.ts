import type { LiveRuleset } from "@burgee/core";
import { prepare, RULESET_SCHEMA, type Ruleset, type RulesetPatch } from "@burgee/engine";
import { describe, expect, test } from "vitest";
import { type Chunk, EnvironmentFeed } from "./environment-feed.ts";
import type { Piece } from "./event-pieces.ts";
import { PatchAllowance } from "./kept-patch.ts";
import type { Line } from "./line.ts";
import { StreamConnection } from "./stream-connection.ts";

const times = { heartbeatMs: 15_000, stalledMs: 10_000, maxAgeMs: 900_000 };

/** A line that takes `room` bytes before it is full. */
class TestLine implements Line {
  text = "";
  room = Number.POSITIVE_INFINITY;
  isDestroyed = false;
  lastWords: string | undefined;

  write({ plain }: Piece): boolean {
    this.text += plain.toString();
    this.room -= plain.length;
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
    seal: null,
    evaluator: prepare(ruleset),
    list: () => undefined,
    servedFrom: () => "live",
    patchFrom: (_, from) => {
      patchesMade += 1;
      return patch(from);
    },
  };
}

let patchesMade = 0;

function feedWith({ maxBytes = 1_000_000, ofAll = new PatchAllowance(1_000_000) } = {}): EnvironmentFeed {
  return new EnvironmentFeed(maxBytes, ofAll);
}

function connect({ padding = 1_000, held = undefined as number | undefined, feed = feedWith() } = {}) {
  const line = new TestLine();
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

    free.connection.goodbye("shutdown", 1_000);
    busy.connection.goodbye("shutdown", 1_000);

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
    const feed = feedWith();
    feed.accept(live(2, { padding: 100, patchPadding: 1_000 }));

    const chunk = feed.next({ epoch: "e", revision: 1 });

    expect(eventIn(chunk)).toBe("put");
  });

  test("makes an event once for all who stand at the same revision", () => {
    const feed = feedWith();
    feed.accept(live(3, { padding: 1_000 }));
    const at = (revision: number) => feed.next({ epoch: "e", revision })?.event;

    expect(at(1)).toBe(at(1));
    expect(at(1)).not.toBe(at(2));
    expect(feed.next(undefined)?.event).toBe(feed.next({ epoch: "other", revision: 3 })?.event);
  });

  test("keeps no more patches in memory than it may, however many places SDKs come from", () => {
    const ofAll = new PatchAllowance(1_000_000);
    const feed = feedWith({ maxBytes: 10_000, ofAll });
    feed.accept(live(1_001, { padding: 2_000, patchPadding: 1_000 }));

    for (let revision = 1; revision <= 1_000; revision++) {
      const chunk = feed.next({ epoch: "e", revision });
      expect(eventIn(chunk)).toBe("patch");
      chunk?.release();
    }

    expect(ofAll.usedBytes).toBeGreaterThan(5_000);
    expect(ofAll.usedBytes).toBeLessThanOrEqual(10_000);
  });

  test("lets the patch go that was asked for longest ago", () => {
    const feed = feedWith({ maxBytes: 2_500 });
    feed.accept(live(9, { padding: 2_000, patchPadding: 1_000 }));
    const take = (revision: number) => {
      const chunk = feed.next({ epoch: "e", revision });
      chunk?.release();
      return chunk?.event;
    };

    const [first, second] = [take(1), take(2)];
    take(1);
    take(3);

    expect(take(1)).toBe(first);
    expect(take(2)).not.toBe(second);
  });

  test("sends the whole while the patches under way fill the memory that they may have", () => {
    const feed = feedWith({ maxBytes: 2_500 });
    feed.accept(live(9, { padding: 2_000, patchPadding: 1_000 }));
    const next = (revision: number) => feed.next({ epoch: "e", revision });

    const underWay = [next(1), next(2)];
    const third = next(3);
    feed.accept(live(10, { padding: 2_000, patchPadding: 1_000 }));
    const afterChange = next(3);
    underWay[0]?.release();

    expect(underWay.map(eventIn)).toEqual(["patch", "patch"]);
    expect(eventIn(third)).toBe("put");
    expect(eventIn(afterChange)).toBe("put");
    expect(eventIn(next(3))).toBe("patch");
  });

  test("shares one bound with the feeds of all other environments", () => {
    const ofAll = new PatchAllowance(1_500);
    const [one, other] = [feedWith({ ofAll }), feedWith({ ofAll })];
    for (const feed of [one, other]) feed.accept(live(9, { padding: 2_000, patchPadding: 1_000 }));

    const underWay = one.next({ epoch: "e", revision: 1 });
    const meanwhile = other.next({ epoch: "e", revision: 1 });
    underWay?.release();
    const afterwards = other.next({ epoch: "e", revision: 1 });

    expect([underWay, meanwhile, afterwards].map(eventIn)).toEqual(["patch", "put", "patch"]);
  });

  test("tries a patch that is too large once, and none from further back", () => {
    const feed = feedWith();
    feed.accept(live(9, { padding: 100, patchPadding: 1_000 }));
    patchesMade = 0;

    for (const revision of [5, 5, 4, 1]) feed.next({ epoch: "e", revision });

    expect(patchesMade).toBe(1);
  });

  test.each([
    [
      "has taken it",
      (line: TestLine, connection: StreamConnection) => {
        line.room = 1_000_000;
        connection.drained(1);
      },
    ],
    ["is gone", (_: TestLine, connection: StreamConnection) => connection.closed()],
  ])("frees a patch's memory once the SDK %s", (_, finish) => {
    const ofAll = new PatchAllowance(1_000_000);
    const feed = feedWith({ ofAll });
    const { line, connection } = connect({ feed, held: 1 });
    feed.accept(live(2, { padding: 200_000, patchPadding: 100_000 }));
    line.room = 1;
    connection.advance(0);
    feed.forgetPatches();
    const underWay = ofAll.usedBytes;

    finish(line, connection);

    expect(underWay).toBeGreaterThan(100_000);
    expect(ofAll.usedBytes).toBe(0);
  });
});

function eventIn(chunk: Chunk | undefined): string | undefined {
  return /^event: (.+)$/m.exec(chunk?.event.pieces[0]?.plain.toString() ?? "")?.[1];
}
