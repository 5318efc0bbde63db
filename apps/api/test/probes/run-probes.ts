import { declaredBy, procedures } from "../declared.ts";
import type { TestUrls } from "../start-api.ts";
import { PLACED } from "./found-tenants.ts";
import { namesOf, nowhere } from "./kinds.ts";
import { type House, type Layers, openHouse } from "./open-house.ts";
import { atRandom, everyPlace, type Planned } from "./plan-probes.ts";
import { createProber, type Leak, type Probe, type Prober } from "./probe.ts";
import { type Target, targetsOf } from "./targets.ts";
import { ownTokens } from "./tokens.ts";

export interface Probed {
  readonly probes: number;
  readonly leaks: readonly Leak[];
  /** Which let nobody through with an input of our own. */
  readonly neverPassed: readonly string[];
  /** Which take a name of a tenant's. */
  readonly namers: readonly string[];
  /** Whether each row of theirs is as it was before. */
  readonly isTheirsUntouched: boolean;
  /** Whether all that the questions changed of ours was put back. */
  readonly isOursPutBack: boolean;
  /** Statements that were sent without their predicates. */
  readonly stripped: number;
}

export interface Extent {
  readonly count: number;
  readonly seed: number;
  /** Whether everybody tries everything; if not, one of those who are let through does, and who is admin in one place. */
  readonly asEverybody: boolean;
  readonly onProgress?: (probes: number, leaks: number) => void;
}

/** Asks `count` questions, one after the other, each of which finds everything as the first one did. */
export async function runProbes(urls: TestUrls, layers: Layers, extent: Extent): Promise<Probed> {
  const house = await openHouse(urls, layers);
  try {
    return await probeHouse(house, extent);
  } finally {
    await house.close();
  }
}

async function probeHouse(house: House, { count, seed, asEverybody, onProgress }: Extent): Promise<Probed> {
  const { api, admin, ours, theirs, rows } = house;
  const before = { ours: await rows.digest(ours.tenantId), theirs: await rows.digest(theirs.tenantId) };
  const { targets } = targetsOf([...procedures, ...declaredBy(api.server.routes)]);
  const names = await namesOf(admin, theirs.tenantId);
  const strangers = new Map(
    [...names.values()].flatMap((alike) => alike.map((name) => [name, nowhere(alike[0] ?? name)])),
  );
  const prober = createProber({
    ...house,
    personas: ours.personas,
    input: (target) => target.input(ours.needed),
    strangerFor: (name) => strangers.get(name) ?? nowhere(name),
    secrets: {
      tokens: await ownTokens(admin, theirs.tenantId, ours.tenantId),
      tenantId: theirs.tenantId,
      userIds: new Set(names.get("user")),
    },
  });
  const personas = [...ours.personas.keys()];
  const admissions = await admittedTo(prober, targets, personas, asEverybody);
  const admitted = new Map(
    [...admissions].map(([target, { passing, known }]) => [target, passing.length > 0 ? passing : known]),
  );
  const planned: Planned = { targets, personas, theirs: names, admitted };

  const leaks: Leak[] = [];
  let probes = 0;
  for (const each of first(count, everyPlace(planned), atRandom(planned, seed))) {
    leaks.push(...(await prober.leaksOf(each)));
    probes += 1;
    onProgress?.(probes, leaks.length);
  }
  return {
    probes,
    leaks,
    neverPassed: targets
      .filter((target) => admissions.get(target)?.passing.length === 0)
      .map(({ name }) => name),
    namers: targets.filter((target) => target.names.size > 0).map(({ name }) => name),
    isTheirsUntouched: (await rows.digest(theirs.tenantId)) === before.theirs,
    isOursPutBack: (await rows.digest(ours.tenantId)) === before.ours,
    stripped: house.stripped(),
  };
}

interface Admission {
  readonly passing: readonly string[];
  /** Who is not turned away for who they are. */
  readonly known: readonly string[];
}

const NOT_LET_IN: ReadonlySet<number> = new Set([401, 403]);

async function admittedTo(
  prober: Prober,
  targets: readonly Target[],
  personas: readonly string[],
  asEverybody: boolean,
): Promise<ReadonlyMap<Target, Admission>> {
  const admissions = new Map<Target, Admission>();
  for (const target of targets) {
    const passing: string[] = [];
    const known: string[] = [];
    for (const persona of personas) {
      if (!asEverybody && passing.length > 0 && persona !== PLACED) continue;
      const status = await prober.statusOf(target, persona);
      if (status < 400) passing.push(persona);
      if (!NOT_LET_IN.has(status)) known.push(persona);
    }
    admissions.set(target, { passing, known });
  }
  return admissions;
}

function* first(count: number, ...sources: readonly Iterable<Probe>[]): Generator<Probe> {
  let taken = 0;
  for (const source of sources) {
    for (const each of source) {
      if (taken === count) return;
      taken += 1;
      yield each;
    }
  }
}
