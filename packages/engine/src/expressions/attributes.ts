import { attributeReader } from "../evaluation/context.ts";
import { Failure } from "../values/failure.ts";
import type { Compiled } from "./compiled.ts";

/** An attribute's value; a missing one is a failure. */
export function compileAttribute(name: string): Compiled {
  const read = attributeReader(name);
  const missing = missingAttribute(name);
  return (context) => {
    const value = read(context);
    return value === undefined ? missing : value;
  };
}

export function missingAttribute(name: string): Failure {
  return new Failure(`the context has no attribute '${name}'`);
}
