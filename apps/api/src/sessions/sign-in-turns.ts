import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { AppError, addressGroup, FairTurns } from "@burgee/core";
import type { Metrics } from "@burgee/runtime";
import type { RequestHandler } from "express";
import { SECURITY_HEADERS } from "../http/security-headers.ts";
import { isSignIn } from "./is-sign-in.ts";

export interface SignInLimits {
  /** At a time in this process. */
  readonly most: number;
  readonly mostOfAddress: number;
  readonly waiting: number;
  readonly waitingOfAddress: number;
  /** A turn takes that long at least, whatever came of it: wrong guesses cost PostgreSQL something as well. */
  readonly turnMs: number;
  /** How long who finds no room is held back, give or take half; longer where many are. */
  readonly heldMs: number;
  /** So many are held back at most; others are refused at once, and lose their connection. */
  readonly held: number;
}

const CORES = availableParallelism();
const LIMITS: SignInLimits = {
  most: 2 * CORES,
  mostOfAddress: CORES,
  waiting: 50,
  waitingOfAddress: 25,
  turnMs: 100,
  heldMs: 1_000,
  held: 1_000,
};
const SHORTLY_HELD = 200;
const REFUSAL = "Too many people are signing in at this moment; try again shortly.";
/**
 * Few sign-ins are looked at at a time, and the others wait before their bodies are parsed or PostgreSQL is asked: evaluations are answered
 * by the same thread. Addresses have turns, so that one which sends many keeps out nobody else.
 */
export class SignInTurns {
  readonly #limits: SignInLimits;
  readonly #turns: FairTurns<string>;
  readonly #countRefusal: () => void;
  #held = 0;

  constructor(metrics: Metrics, limits: Partial<SignInLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    const { most, mostOfAddress: mostOfOne, waiting, waitingOfAddress: waitingOfOne } = this.#limits;
    this.#turns = new FairTurns({ most, mostOfOne, waiting, waitingOfOne, refusal: REFUSAL });
    const refusals = metrics.counter({
      name: "burgee_sign_in_refusals_total",
      help: "Sign-ins that found no room, and were looked at by nobody.",
    });
    this.#countRefusal = () => refusals.inc();
  }

  /**
   * Holds back, before anything else looks at it, a sign-in that finds no room: who asks again as soon as it is answered would take more
   * than who waits. After that it may find room; if not, {@link take} refuses it.
   */
  readonly holdBack: RequestHandler = async (request, response, next) => {
    if (!isSignIn(request.path) || this.#turns.hasRoomFor(addressGroup(request.ip))) return next();
    if (this.#held >= this.#limits.held) {
      this.#countRefusal();
      response.writeHead(503, [...SECURITY_HEADERS, "retry-after", "5", "connection", "close"]).end();
      return;
    }
    this.#held += 1;
    await delay(this.#heldMs());
    this.#held -= 1;
    if (!response.destroyed) next();
  };

  /** Runs `work` when it is the address's turn. @throws {AppError} "unavailable" at once where there is no room */
  async take(address: string | undefined, work: () => Promise<void>): Promise<void> {
    try {
      await this.#turns.take(addressGroup(address), async () => {
        await Promise.all([work(), delay(this.#limits.turnMs)]);
      });
    } catch (error) {
      if (error instanceof AppError) this.#countRefusal();
      throw error;
    }
  }

  /** So long that no more than some hundred are answered a second. */
  #heldMs(): number {
    const { heldMs } = this.#limits;
    return heldMs * (0.5 + Math.random()) * Math.max(1, this.#held / SHORTLY_HELD);
  }
}
