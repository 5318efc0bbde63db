/**
 * Rulesets as they are sent: as they are, and packed for who takes that. Packing is done once a revision and beside the requests,
 * one ruleset after the other; until it is done, what is not packed is sent.
 */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { LiveRuleset } from "@burgee/core";
import { CODINGS, type Coding } from "../http/accepted-codings.ts";
import { isCurrent } from "../http/preconditions.ts";

type Headers = Readonly<Record<string, string>>;

/** One body, and all that its head says of it. */
export interface RulesetBody {
  readonly bytes: Buffer;
  readonly headers: Headers;
}

interface Bodies {
  readonly plain: RulesetBody;
  /** By each tag that any body of this ruleset has: what is told to who holds that body. */
  readonly held: ReadonlyMap<string, Headers>;
  readonly packed: Map<Coding, RulesetBody>;
  readonly packing: Set<Coding>;
}

/** Below it, packing saves no packet. */
const LEAST_BYTES = 1024;
/** Of eleven: three quarters of what the last brings, at a hundredth of its time. */
const BROTLI_QUALITY = 5;

const pack: Readonly<Record<Coding, (bytes: Buffer) => Promise<Buffer>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes),
};

export class RulesetBodies {
  readonly #onError: (error: unknown) => void;
  readonly #known = new WeakMap<LiveRuleset, Bodies>();
  #turn: Promise<void> = Promise.resolve();

  /** @param onError a body that could not be packed; it is sent as it is */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError;
  }

  /** What to send to who takes one of `codings`, the most wanted first. */
  of(ruleset: LiveRuleset, codings: readonly Coding[]): RulesetBody {
    const bodies = this.#bodiesOf(ruleset);
    const [wanted] = codings;
    if (wanted === undefined || bodies.plain.bytes.length < LEAST_BYTES) return bodies.plain;
    const packed = bodies.packed.get(wanted);
    if (packed) return packed;
    this.#pack(ruleset, bodies, wanted);
    return bodies.plain;
  }

  /** However what a caller holds was packed, it is the same ruleset. Undefined where they hold another. */
  headersOfHeld(ruleset: LiveRuleset, ifNoneMatch: string | undefined): Headers | undefined {
    if (ifNoneMatch === undefined) return undefined;
    const { held } = this.#bodiesOf(ruleset);
    const known = held.get(ifNoneMatch);
    if (known) return known;
    for (const [etag, headers] of held) if (isCurrent(ifNoneMatch, etag)) return headers;
    return undefined;
  }

  /** Ends once everything is packed that was asked for. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  #bodiesOf(ruleset: LiveRuleset): Bodies {
    const known = this.#known.get(ruleset);
    if (known) return known;
    const bytes = Buffer.from(ruleset.body);
    const tags = [undefined, ...CODINGS].map((coding) => tagOf(ruleset, coding));
    const bodies: Bodies = {
      plain: { bytes, headers: headersUnder(ruleset.etag, ruleset) },
      held: new Map(tags.map((etag) => [etag, headersUnder(etag, ruleset)])),
      packed: new Map(),
      packing: new Set(),
    };
    this.#known.set(ruleset, bodies);
    return bodies;
  }

  #pack(ruleset: LiveRuleset, { plain, packed, packing }: Bodies, coding: Coding): void {
    if (packing.has(coding)) return;
    packing.add(coding);
    this.#turn = this.#turn.then(async () => {
      try {
        const headers = { ...headersUnder(tagOf(ruleset, coding), ruleset), "content-encoding": coding };
        packed.set(coding, { bytes: await pack[coding](plain.bytes), headers });
      } catch (error) {
        this.#onError(error);
      }
    });
  }
}

/** RFC 9110 §8.8.3: what is coded otherwise has another strong tag. */
function tagOf({ etag }: LiveRuleset, coding: Coding | undefined): string {
  return coding === undefined ? etag : `${etag.slice(0, -1)}-${coding}"`;
}

function headersUnder(etag: string, { seal }: LiveRuleset): Headers {
  const sealed = seal === null ? {} : { "burgee-seal": seal };
  return { etag, "cache-control": "private, no-cache", vary: "Accept-Encoding", ...sealed };
}
