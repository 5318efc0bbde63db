/**
 * The language of the search over toggles: words, and terms such as `tag:web`. Every text has a meaning as far as it can be read, and what
 * can't be read is named at its place, so that a search that is half written neither fails nor finds what nobody asked for.
 */
import type { Inputs } from "../api/trpc.ts";

export type SearchFilter = Pick<
  Extract<Inputs["toggles"]["search"], object>,
  | "words"
  | "tags"
  | "kind"
  | "stage"
  | "stale"
  | "archived"
  | "states"
  | "changedWithinHours"
  | "unchangedForHours"
>;

export interface SearchTerm extends Span {
  /** As it was written. */
  readonly text: string;
}

export interface SearchProblem extends Span {
  readonly message: string;
}

/** From one character of the text to before another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface ReadSearch {
  readonly filter: SearchFilter;
  /** What was understood, in its order. */
  readonly terms: readonly SearchTerm[];
  readonly problems: readonly SearchProblem[];
}

interface Vocabulary {
  /** Keys of the project's environments. */
  readonly environments: readonly string[];
}

const KINDS = ["boolean", "string", "number", "json"] as const;
const STAGES = ["new", "live", "never_seen", "fully_on", "fully_off", "past_end"] as const;
const HOURS = { h: 1, d: 24, w: 7 * 24, y: 365 * 24 } as const;
const MOST_HOURS = 3650 * 24;
const MOST_WORDS = 10;
const LONGEST_WORD = 100;

type Reader = (value: string, filter: SearchFilter, vocabulary: Vocabulary) => SearchFilter | string;

/** Each answers the filter with what the term adds, or what is wrong with its value. */
const FIELDS: Readonly<Record<string, Reader>> = {
  tag: (value, filter) => {
    if (!/^[a-z0-9][a-z0-9._-]{0,39}$/.test(value))
      return "A tag has lower-case letters, digits, dots, - and _, such as tag:web.";
    const tags = [...new Set([...(filter.tags ?? []), value])];
    return tags.length > MOST_WORDS ? `Name at most ${MOST_WORDS} tags.` : { ...filter, tags };
  },
  is: (value, filter) => {
    if (value === "stale") return { ...filter, stale: true };
    if (value === "fresh") return { ...filter, stale: false };
    return value === "archived" ? { ...filter, archived: true } : "Write is:stale, is:fresh or is:archived.";
  },
  type: (value, filter) => {
    const kind = KINDS.find((each) => each === value);
    return kind ? { ...filter, kind } : `Write ${oneOf(KINDS.map((each) => `type:${each}`))}.`;
  },
  stage: (value, filter) => {
    const stage = STAGES.find((each) => each === value.replaceAll("-", "_"));
    return stage ? { ...filter, stage } : `Write ${oneOf(STAGES.map((each) => `stage:${each}`))}.`;
  },
  env: (value, filter, { environments }) => {
    const [environment = "", state, ...more] = value.split("=");
    const example = environments[0] ?? "production";
    if ((state !== "on" && state !== "off") || more.length > 0)
      return `Write env:${environments.includes(environment) ? environment : example}=on, or =off.`;
    if (!environments.includes(environment))
      return environments.length === 0
        ? "This project has no environment."
        : `There is no environment ${environment}; there is ${environments.join(", ")}.`;
    const states = [...(filter.states ?? []), { environment, enabled: state === "on" }];
    return states.length > MOST_WORDS ? `Name at most ${MOST_WORDS} states.` : { ...filter, states };
  },
  updated: (value, filter) => {
    const [, sign, count, unit] = /^([<>])(\d{1,5})([hdwy])$/.exec(value) ?? [];
    const hours = Number(count) * (HOURS[unit as keyof typeof HOURS] ?? Number.NaN);
    if (!(hours >= 1 && hours <= MOST_HOURS))
      return "Write updated:<7d for the last seven days, updated:>4w for longer ago; h, d, w and y are units.";
    return sign === "<" ? { ...filter, changedWithinHours: hours } : { ...filter, unchangedForHours: hours };
  },
};

const SEARCH_FIELDS = Object.keys(FIELDS);

export function readSearch(text: string, vocabulary: Vocabulary): ReadSearch {
  let filter: SearchFilter = {};
  const terms: SearchTerm[] = [];
  const problems: SearchProblem[] = [];
  for (const { start, end } of spansIn(text)) {
    const written = text.slice(start, end);
    const next = readTerm(written, filter, vocabulary);
    if (typeof next === "string") problems.push({ start, end, message: next });
    else {
      filter = next;
      terms.push({ start, end, text: written });
    }
  }
  return { filter, terms, problems };
}

/** The text without one of its terms. */
export function withoutTerm(text: string, { start, end }: Span): string {
  return `${text.slice(0, start).trimEnd()} ${text.slice(end).trimStart()}`.trim();
}

/** The text with a term at its end, once. */
export function withTerm(text: string, term: string): string {
  const isThere = spansIn(text).some(({ start, end }) => text.slice(start, end) === term);
  return isThere ? text : `${text.trimEnd()} ${term}`.trim();
}

function readTerm(written: string, filter: SearchFilter, vocabulary: Vocabulary): SearchFilter | string {
  if (written.startsWith('"')) {
    const isClosed = written.length > 1 && written.endsWith('"');
    if (!isClosed) return 'A " begins here that nothing ends.';
    return withWord(written.slice(1, -1), filter);
  }
  const colon = written.indexOf(":");
  if (colon === -1) return withWord(written, filter);
  const field = written.slice(0, colon);
  const read = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
  if (read) return read(written.slice(colon + 1), filter, vocabulary);
  return `There is no filter ${field || ":"}; there is ${SEARCH_FIELDS.join(", ")}. Write "${written.replaceAll('"', "")}" to look for the text.`;
}

function withWord(word: string, filter: SearchFilter): SearchFilter | string {
  if (word === "") return "Write what to look for.";
  if (word.length > LONGEST_WORD) return `Look for at most ${LONGEST_WORD} characters at a time.`;
  if (!word.isWellFormed() || word.includes("\0")) return "This is no valid text.";
  const words = [...(filter.words ?? []), word];
  return words.length > MOST_WORDS ? `Look for at most ${MOST_WORDS} words.` : { ...filter, words };
}

/** Terms are apart by blanks, but for those between quotes. */
function spansIn(text: string): readonly Span[] {
  return Array.from(text.matchAll(/"[^"]*"?|[^\s"]+/g), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

function oneOf(all: readonly string[]): string {
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}
