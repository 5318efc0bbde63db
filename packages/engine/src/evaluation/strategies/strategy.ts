import type { Run } from "../../values/run.ts";
import type { Attributes } from "../context.ts";

/** Why a serve that could not be asked passed on. */
export class PassedOn {
  readonly note: string;

  constructor(note: string) {
    this.note = note;
  }
}

/** Asks a serve: what it serves, nothing where it passes the context on, or why it could not be asked. */
export type Chooser<Served> = (context: Attributes, run: Run) => Served | PassedOn | undefined;

/**
 * Compiles one type of serve. `served` gives what stands for a variant, made once, so that choosing allocates nothing.
 * To add a strategy, write one such function in a file of its own and name it in the table.
 */
export type Strategy<S> = <Served>(serve: S, served: (variant: string) => Served) => Chooser<Served>;
