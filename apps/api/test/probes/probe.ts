/** One question to the API with names of another tenant's in it, beside the same with names that nobody has. */
import type { TestApi } from "../start-api.ts";
import { CANARY, nowhere } from "./kinds.ts";
import { withValueAt } from "./pointers.ts";
import type { WatchedRows } from "./rows.ts";
import { sendProbe } from "./send-probe.ts";
import type { Target } from "./targets.ts";
import { tokensIn } from "./tokens.ts";

export interface Probe {
  readonly target: Target;
  readonly persona: string;
  /** Names of theirs, by pointer. None: our own input, which must show nothing of theirs either. */
  readonly named: Readonly<Record<string, string>>;
}

export interface Leak {
  readonly kind: "canary" | "difference" | "change";
  readonly target: string;
  readonly persona: string;
  readonly named: Probe["named"];
  readonly found: string;
}

/** What may not come out of theirs. */
export interface Secrets {
  /** Their ids, hashes, salts and the like. */
  readonly tokens: ReadonlySet<string>;
  readonly tenantId: string;
  readonly userIds: ReadonlySet<string>;
}

interface Heard {
  readonly status: number;
  readonly answer: string;
  /** Answer, log and queue. */
  readonly all: string;
  readonly changes: readonly string[];
}

/** Of a name, what an answer may repeat of it; of an address, its domain by itself too. */
const WORD = /[\w.@-]+/g;
const ESCAPE = /%[2-7][0-9A-F]/g;
const ANY_ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const ANY_HASH = /\b[0-9a-f]{32,}\b/g;
const ANY_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?/g;
const ANY_SECRET = /bg_(?:srv|cli|pat)_\w+|burgee[\w-]*=[^;\s]+|expires=[^;\n]+|#[\w-]{43}/gi;

export interface ProberPorts {
  readonly api: TestApi;
  readonly rows: WatchedRows;
  readonly input: (target: Target) => object;
  readonly personas: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** What was logged and queued since it was asked last. */
  readonly takeNoise: () => string;
  readonly secrets: Secrets;
  /** A name that nobody has, the same for all of theirs that are of a kind. */
  readonly strangerFor: (name: string) => string;
}

export interface Prober {
  /** How our own input is answered; what it changes is taken back. */
  statusOf(target: Target, persona: string): Promise<number>;
  leaksOf(probe: Probe): Promise<readonly Leak[]>;
}

export function createProber({
  api,
  rows,
  input,
  personas,
  takeNoise,
  secrets,
  strangerFor,
}: ProberPorts): Prober {
  const controls = new Map<string, Heard>();

  async function hear(target: Target, persona: string, named: Probe["named"]): Promise<Heard> {
    const asked = Object.entries(named).reduce(
      (all, [pointer, value]) => withValueAt(all, pointer, value),
      input(target),
    );
    const { status, text } = await sendProbe(api, target, asked, personas.get(persona) ?? {});
    const changes = await rows.takeBack();
    return {
      status,
      answer: text,
      all: `${text}\n${takeNoise()}`,
      changes: changes.filter(isTheirs).map(({ table }) => table),
    };
  }

  function isTheirs({ tenantId, userId }: { tenantId: string | null; userId: string | null }): boolean {
    return tenantId === secrets.tenantId || (userId !== null && secrets.userIds.has(userId));
  }

  /** The same question with names of nobody; asked once, since every question finds everything as it was. */
  async function control(target: Target, persona: string, named: Probe["named"]): Promise<Heard> {
    const key = JSON.stringify([target.name, persona, named]);
    const known = controls.get(key) ?? (await hear(target, persona, named));
    controls.set(key, known);
    return known;
  }

  /** Beside one name for all of a kind, which is asked once; and where that differs, beside the one that is most alike. */
  async function differenceOf(
    { target, persona, named }: Probe,
    answer: string,
  ): Promise<string | undefined> {
    let difference: string | undefined;
    for (const standIn of [strangerFor, nowhere]) {
      const ofNobody = Object.entries(named).map(([pointer, name]) => [pointer, standIn(name)]);
      const expected = await control(target, persona, Object.fromEntries(ofNobody));
      const is = withoutChance(asOf(standIn, answer, named));
      const was = withoutChance(asOf(standIn, expected.answer, {}));
      if (is === was) return undefined;
      difference = `${is}\nwhere nobody's is answered\n${was}`;
    }
    return difference;
  }

  return {
    statusOf: async (target, persona) => (await hear(target, persona, {})).status,
    leaksOf: async (probe) => {
      const { target, persona, named } = probe;
      const actual = await hear(target, persona, named);
      const found: [Leak["kind"], string][] = actual.changes.map((table) => ["change", table]);

      const others = asOf(nowhere, actual.all, named);
      if (others.includes(CANARY)) found.push(["canary", around(others, CANARY)]);
      const token = tokensIn(others).find((each) => secrets.tokens.has(each));
      if (token !== undefined) found.push(["canary", around(others, token)]);

      const difference = Object.keys(named).length > 0 && (await differenceOf(probe, actual.answer));
      if (difference) found.push(["difference", difference]);
      return found.map(([kind, text]) => ({ kind, target: target.name, persona, named, found: text }));
    },
  };
}

/**
 * What came back, as if other names had been sent: whole words alone, for others may begin alike; the longest first, for one may stand in
 * another. A domain comes back in small letters.
 */
function asOf(standIn: (name: string) => string, text: string, named: Probe["named"]): string {
  const plain = text.replace(ESCAPE, (escaped) => decodeURIComponent(escaped));
  const words = Object.values(named).flatMap((name) => {
    const others = wordsOf(standIn(name));
    return wordsOf(name).flatMap((word, at) => {
      const other = others[at] ?? word;
      return [
        { word, other },
        { word: word.toLowerCase(), other: other.toLowerCase() },
      ];
    });
  });
  return words
    .toSorted((one, next) => next.word.length - one.word.length)
    .reduce((all, { word, other }) => all.replace(wholly(word), other), plain);
}

function wordsOf(name: string): readonly string[] {
  return (name.match(WORD) ?? []).flatMap((word) => [word, ...word.split("@").slice(1)]);
}

function wholly(word: string): RegExp {
  return new RegExp(`(?<![\\w-])${word.replaceAll(".", "[.]")}(?![\\w-])`, "g");
}

/** Ids that are made anew, and moments, are no answer to what was asked. */
function withoutChance(text: string): string {
  return text
    .replace(ANY_SECRET, "‹secret›")
    .replace(ANY_TIME, "‹time›")
    .replace(ANY_ID, "‹id›")
    .replace(ANY_HASH, "‹hash›");
}

function around(text: string, word: string): string {
  const at = text.indexOf(word);
  return text.slice(Math.max(0, at - 100), at + 160);
}
