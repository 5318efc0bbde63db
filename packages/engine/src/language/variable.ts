import type { Known } from "./static-type.ts";

/** What a macro binds for its body. */
export interface Variable extends Known {
  readonly name: string;
}
