import { hashFamily } from "../bucketing/hash-families.ts";
import { stickinessText } from "../bucketing/stickiness.ts";
import { compileSegment } from "../evaluation/compile-segment.ts";
import { plainCompiler } from "../evaluation/compiler.ts";
import { attributeReader } from "../evaluation/context.ts";
import { compileExpression } from "../expressions/compile-expression.ts";
import type { Expression, ExpressionNode } from "../language/expression.ts";
import { READ_LIMITS } from "../limits.ts";
import type { Hashing } from "../ruleset/ruleset.ts";
import { someNode } from "../ruleset/some-node.ts";
import type { Compiled } from "../values/run.ts";
import type { Atom, Form, Ranges } from "./atom.ts";
import { holdsBucket } from "./bucket-ranges.ts";
import { formOf } from "./recognise.ts";
import { type Subject, subjectIn, subjectOf } from "./subject.ts";
import type { Tester } from "./tester.ts";

/** The atoms of one analysis: what asks the same is the same atom. */
export class AtomTable {
  readonly atoms: Atom[] = [];
  readonly #byKey = new Map<string, Atom>();
  readonly #byNode = new Map<ExpressionNode, Atom>();
  readonly #tester: Tester;

  constructor(tester: Tester) {
    this.#tester = tester;
  }

  /** An expression that is no logic of others. */
  test(expression: ExpressionNode): Atom {
    const known = this.#byNode.get(expression);
    if (known) return known;
    const isNew = someNode(expression, ({ kind }) => !Object.hasOwn(KINDS, kind));
    const atom = isNew
      ? this.free(`new ${this.atoms.length}`)
      : this.#atom(JSON.stringify(expression), () => {
          const reads = readsIn(expression, this.#tester.hasMatches);
          const [subject, ...others] = reads?.values() ?? [];
          if (!reads) return FREE;
          if (others.length > 0) return { ...FREE, subjects: [...reads.values()] };
          const test = compileExpression(expression);
          if (!subject)
            return {
              subject,
              test,
              form: OPAQUE,
              constant: this.#tester.outcome({ test }, undefined, undefined),
            };
          return { subject, test, form: formOf(expression) };
        });
    this.#byNode.set(expression, atom);
    return atom;
  }

  /** Whether the text of an attribute is one of the ids; an error where it has none. */
  listed(stickiness: string, ids: readonly string[]): Atom {
    return this.#atom(`listed ${stickiness} ${JSON.stringify(ids)}`, () => ({
      subject: subjectOf(stickiness),
      test: compileSegment(
        { key: "", revision: 0, include: ids, exclude: [], condition: null, stickiness },
        plainCompiler,
      ),
      form: { type: "equality", constants: ids.flatMap(valuesOf) },
    }));
  }

  /** Whether the hash of an attribute lies in the ranges; an error where there is nothing to hash. */
  hashed({ salt, hash = "b1", stickiness }: Hashing, domain: "rollout" | "variant", ranges: Ranges): Atom {
    return this.#atom(`hashed ${JSON.stringify([salt, hash, stickiness, domain, ranges])}`, () => {
      const subject = subjectOf(stickiness);
      const read = attributeReader(stickiness);
      const bucket = hashFamily(hash)?.(salt, domain);
      const test: Compiled = (context, run) => {
        const text = stickinessText(read(context, run));
        return bucket && text !== undefined ? holdsBucket(ranges, bucket(text)) : undefined;
      };
      const hashing = { salt, hash, stickiness: subject.key };
      return { subject, test, form: { type: "bucket", hashing, domain, ranges } };
    });
  }

  /** What may be anything, under a name. */
  free(name: string): Atom {
    return this.#atom(`free ${name}`, () => FREE);
  }

  #atom(key: string, make: () => Omit<Atom, "index">): Atom {
    const known = this.#byKey.get(key);
    if (known) return known;
    const atom = { index: this.atoms.length, ...make() };
    this.atoms.push(atom);
    this.#byKey.set(key, atom);
    return atom;
  }
}

/** What a tree of a newer server has beyond them was not checked, and is not looked into. */
const KINDS: Readonly<Record<ExpressionNode["kind"], true>> = {
  ...{ int: true, uint: true, double: true, bytes: true, type: true, now: true, list: true, map: true },
  ...{ attribute: true, variable: true, select: true, index: true, has: true, call: true, macro: true },
  ...{ segment: true, unary: true, binary: true, and: true, or: true, conditional: true },
};

const OPAQUE: Form = { type: "opaque", constants: [] };
const FREE: Omit<Atom, "index"> = { subject: undefined, test: undefined, form: OPAQUE };

/** The values that are hashed and looked up as this text. */
function valuesOf(id: string): readonly unknown[] {
  const values: unknown[] = [id];
  if (String(Number(id)) === id) values.push(Number(id));
  if (id === "true" || id === "false") values.push(id === "true");
  return values;
}

/** The subjects that an expression reads; `undefined` where it asks what no context holds. */
function readsIn(expression: Expression, hasMatches: boolean): ReadonlyMap<string, Subject> | undefined {
  const reads = new Map<string, Subject>();
  const isPure = (part: unknown): boolean => {
    if (typeof part !== "object" || part === null) return true;
    if (Array.isArray(part)) return part.length > READ_LIMITS.listItems || part.every(isPure);
    const node = part as Expression;
    const subject = subjectIn(node);
    if (subject) reads.set(subject.key, subject);
    if (subject || node === null || typeof node !== "object") return true;
    if (node.kind === "now" || node.kind === "segment") return false;
    if (node.kind === "call" && node.name === "matches" && !hasMatches) return false;
    return Object.values(node).every(isPure);
  };
  return isPure(expression) ? reads : undefined;
}
