import type { StaticType } from "./static-type.ts";

/** What a macro binds for its body. */
export interface Variable {
  readonly name: string;
  readonly type: StaticType;
}
