/**
 * Tells whose key it is. What it learned stays in memory: a key is looked up again after two seconds, so that a revoked
 * one is refused soon, and while the database can't be asked a key that was known goes on working.
 */
import type { KeyCredential, SdkKeyId, SystemDatabase } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { hashKey, isWellFormed, keyId } from "./key-format.ts";

/** The part of {@link SystemDatabase} that is asked. */
type CredentialSource = { readonly credentials: Pick<SystemDatabase["credentials"], "findKeys"> };

/** By the base64 of the hash. */
export type FindKeys = (hashes: readonly Buffer[]) => Promise<ReadonlyMap<string, KeyCredential>>;

/** What outlives this process: keys by the base64 of their hashes, and never their texts. */
export interface KeptKeys {
  /** As they were found; good until somebody who can be asked says otherwise. */
  readonly found: ReadonlyMap<string, KeyCredential>;
  /** Told of each answer about a key, and of each key that is forgotten here; undefined for one that is not there. */
  note(id: string, credential: KeyCredential | undefined): void;
}

export interface KeyCheckerOptions {
  readonly find: FindKeys;
  readonly kept?: KeptKeys | undefined;
  /** Counts milliseconds from any start, and is never set back as a wall clock is. */
  readonly nowMs?: () => number;
  readonly patienceMs?: number;
  /** Told of each key that was found good. */
  readonly onUse?: (key: KeyCredential) => void;
}

interface Known {
  readonly credential: KeyCredential | undefined;
  /** When the question was put: what the database said is left is left from then. */
  readonly askedMs: number;
  /** When it was last put, or put off. */
  readonly checkedMs: number;
}

const FRESH_MS = 2_000;
/** Of a key that is not there: keys are drawn at random, so that none is asked about before it is made. */
const UNKNOWN_MS = 30_000;
/**
 * How long a request whose key is known waits for news of it: a database that hangs must not hold up what memory can answer, nor use up
 * the 100 ms in which an evaluation is answered.
 */
const PATIENCE_MS = 40;
/** A key that was not found is forgotten first; a stranger's guesses must not push out real keys' entries. */
const MAX_KNOWN = 50_000;
const MAX_UNKNOWN = 10_000;
/** Of those whose keys are looked at together, what was learned a moment ago is not asked again. */
const RECENT_MS = 1_000;
const KEYS_PER_QUESTION = 500;
/** How long a key of which nobody makes use is not asked about. */
const REFRESH_MS = 60_000;
const NEVER = Number.NEGATIVE_INFINITY;
const UNKNOWN = "This key is not known here.";

export class KeyChecker {
  readonly #find: FindKeys;
  readonly #kept: KeptKeys | undefined;
  readonly #nowMs: () => number;
  readonly #patienceMs: number;
  readonly #onUse: (key: KeyCredential) => void;
  readonly #known = new Map<string, Known>();
  readonly #unknown = new Map<string, Known>();
  readonly #inFlight = new Map<string, Promise<Known>>();

  /** The last question was not answered in time, and none since. */
  #isLate = false;
  /** How many hints came. */
  #hints = 0;

  constructor({
    find,
    kept,
    nowMs = () => performance.now(),
    patienceMs = PATIENCE_MS,
    onUse = () => undefined,
  }: KeyCheckerOptions) {
    this.#find = find;
    this.#kept = kept;
    this.#nowMs = nowMs;
    this.#patienceMs = patienceMs;
    this.#onUse = onUse;
    const askedMs = nowMs();
    for (const [id, credential] of kept?.found ?? []) {
      this.#known.set(id, { credential, askedMs, checkedMs: NEVER });
    }
  }

  static over(system: CredentialSource, options: Omit<KeyCheckerOptions, "find"> = {}): KeyChecker {
    return new KeyChecker({ ...options, find: (hashes) => system.credentials.findKeys(hashes) });
  }

  /**
   * @throws {AppError} "unauthenticated" for a key that is mistyped, unknown, revoked or expired; "unavailable" when it
   *   was never seen here and nobody can be asked
   */
  async check(key: string): Promise<KeyCredential> {
    if (!isWellFormed(key)) {
      throw refusal(
        "This is no key: expected bg_srv_…, bg_cli_… or bg_pat_…, complete and without typing errors.",
      );
    }
    if (key.startsWith("bg_scim_"))
      throw refusal("This is a SCIM token, which is good under /scim/v2 alone.");
    const credential = this.#demandValid(await this.#look(key));
    this.#onUse(credential);
    return credential;
  }

  /** What {@link check} would answer at once; undefined where it would ask, or refuse. */
  recall(key: string): KeyCredential | undefined {
    const known = this.#known.get(keyId(key));
    if (!known || !this.#isFresh(known) || this.#refusalOf(known)) return undefined;
    if (known.credential) this.#onUse(known.credential);
    return known.credential;
  }

  /**
   * Of keys that were good, those that are no longer. All are asked about at once; while nobody can be asked, a key that
   * was good stays good until its time is over.
   */
  async findEnded(keys: Iterable<string>): Promise<readonly string[]> {
    const named = [...keys].map((key) => ({ key, hash: hashKey(key) }));
    const asked = named.filter(({ hash }) => !this.#isRecent(hash.toString("base64")));
    for (let start = 0; start < asked.length; start += KEYS_PER_QUESTION) {
      const hashes = asked.slice(start, start + KEYS_PER_QUESTION).map(({ hash }) => hash);
      await this.#soon(this.#learnAll(hashes)).catch(() => undefined);
    }
    return named.filter(({ hash }) => this.#hasEnded(hash.toString("base64"))).map(({ key }) => key);
  }

  /**
   * Asks about the servers' and clients' keys of which nothing was heard for a minute: what would be served while nobody
   * can be asked is then no older than that, however seldom a key is used.
   */
  async refresh(): Promise<void> {
    const isDue = ({ credential, checkedMs }: Known) =>
      credential !== undefined && credential.kind !== "pat" && this.#nowMs() - checkedMs >= REFRESH_MS;
    const due = [...this.#known].filter(([, known]) => isDue(known)).map(([id]) => Buffer.from(id, "base64"));
    for (let start = 0; start < due.length; start += KEYS_PER_QUESTION) {
      await this.#learnAll(due.slice(start, start + KEYS_PER_QUESTION));
    }
  }

  /** Whoever knows this key asks about it before it is good once more. */
  onHint(sdkKeyId: SdkKeyId): void {
    this.#hints += 1;
    for (const [id, known] of this.#known) {
      if (known.credential?.sdkKeyId === sdkKeyId) this.#known.set(id, { ...known, checkedMs: NEVER });
    }
  }

  #isRecent(id: string): boolean {
    const known = this.#known.get(id);
    return known !== undefined && this.#nowMs() - known.checkedMs < RECENT_MS;
  }

  /** A key of which nothing is remembered is given the benefit of the doubt. */
  #hasEnded(id: string): boolean {
    if (this.#unknown.has(id)) return true;
    const known = this.#known.get(id);
    if (!known) return false;
    try {
      this.#onUse(this.#demandValid(known));
      return false;
    } catch {
      return true;
    }
  }

  async #look(key: string): Promise<Known> {
    const hash = hashKey(key);
    const id = hash.toString("base64");
    const known = this.#known.get(id) ?? this.#unknown.get(id);
    if (known && this.#isFresh(known)) return known;

    const answer = this.#inFlight.get(id) ?? this.#ask(id, hash);
    if (known?.credential && this.#isLate) {
      answer.catch(() => undefined);
      return this.#postpone(id, known);
    }
    try {
      return known?.credential ? await this.#soon(answer) : await answer;
    } catch (cause) {
      if (known?.credential) return this.#postpone(id, known);
      throw new AppError("unavailable", "This key can't be checked at the moment; try again shortly.", {
        cause,
      });
    }
  }

  /** The answer, if it comes soon; when it comes later, it still counts from then on. */
  async #soon<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#isLate = true;
        reject(new Error("Nobody said anything of this key in time."));
      }, this.#patienceMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      // Whoever waited is gone; a failure that comes later is nobody's.
      answer.catch(() => undefined);
    }
  }

  /** A database that does not answer is not asked again about a key that is known before another two seconds. */
  #postpone(id: string, known: Known): Known {
    const postponed = { ...known, checkedMs: this.#nowMs() };
    this.#known.set(id, postponed);
    return postponed;
  }

  #ask(id: string, hash: Buffer): Promise<Known> {
    const asked = this.#learn(id, hash).finally(() => this.#inFlight.delete(id));
    this.#inFlight.set(id, asked);
    return asked;
  }

  async #learn(id: string, hash: Buffer): Promise<Known> {
    const learned = await this.#learnAll([hash]);
    return learned.get(id) ?? { credential: undefined, askedMs: NEVER, checkedMs: NEVER };
  }

  async #learnAll(hashes: readonly Buffer[]): Promise<ReadonlyMap<string, Known>> {
    // From before the question: what is revoked while it is being answered counts as news.
    const askedMs = this.#nowMs();
    const hints = this.#hints;
    const found = await this.#find(hashes);
    this.#isLate = false;
    const checkedMs = hints === this.#hints ? askedMs : NEVER;
    return new Map(
      hashes.map((hash) => {
        const id = hash.toString("base64");
        const known = { credential: found.get(id), askedMs, checkedMs };
        this.#remember(id, known);
        return [id, known];
      }),
    );
  }

  #remember(id: string, known: Known): void {
    const [kept, other, most] = known.credential
      ? ([this.#known, this.#unknown, MAX_KNOWN] as const)
      : ([this.#unknown, this.#known, MAX_UNKNOWN] as const);
    other.delete(id);
    kept.delete(id);
    kept.set(id, known);
    this.#kept?.note(id, known.credential);
    dropOldest(kept, most, (dropped) => this.#kept?.note(dropped, undefined));
  }

  #isFresh({ credential, checkedMs }: Known): boolean {
    return this.#nowMs() - checkedMs < (credential ? FRESH_MS : UNKNOWN_MS);
  }

  #demandValid(known: Known): KeyCredential {
    const why = this.#refusalOf(known);
    if (why !== undefined) throw refusal(why);
    if (!known.credential) throw refusal(UNKNOWN);
    return known.credential;
  }

  #refusalOf({ credential, askedMs }: Known): string | undefined {
    if (!credential) return UNKNOWN;
    if (credential.expiresInMs !== null && credential.expiresInMs <= this.#nowMs() - askedMs) {
      return "This key has expired.";
    }
    if (credential.isOfClosedTenant) {
      return "This key's tenant is being deleted; the key works again if its owners keep it.";
    }
    if (credential.revokedAt) return "This key was revoked.";
    if (credential.kind === "pat" && credential.role === null) {
      return "This key's person is no longer a member.";
    }
    return undefined;
  }
}

function dropOldest(entries: Map<string, Known>, most: number, onDrop: (id: string) => void): void {
  while (entries.size > most) {
    const [oldest] = entries.keys();
    if (oldest === undefined) return;
    entries.delete(oldest);
    onDrop(oldest);
  }
}

function refusal(message: string): AppError {
  return new AppError("unauthenticated", message);
}
