import { checkLiterals } from "./check-literals.ts";
import type { Declarations } from "./declarations.ts";
import { macroNames } from "./names.ts";
import { KnownNames, nearestNames } from "./near-name.ts";
import type { Operand } from "./operand.ts";
import { Refusal, unexpected } from "./refusal.ts";
import { type Signature, signatures } from "./signatures.ts";
import { canBe, nameAll, nameOf } from "./static-type.ts";

/** The signature of `name(args)` or `target.name(args)`. @throws {Refusal} */
export function checkCall(
  name: string,
  target: Operand | undefined,
  args: readonly Operand[],
  at: number,
  declarations: Declarations,
): Signature {
  const signature = Object.hasOwn(signatures, name) ? signatures[name] : undefined;
  if (!signature) throw unknownFunction(name, at);

  const style = target ? "method" : "global";
  if (signature.style !== "both" && signature.style !== style) {
    throw unexpected(at, `'${name}' called ${target ? "on a value" : "by itself"}`, `'${signature.usage}'`);
  }
  const operands = target ? [target, ...args] : args;
  checkOperands(name, signature, operands, at);
  checkLiterals(name, operands, declarations);
  return signature;
}

function checkOperands(name: string, signature: Signature, operands: readonly Operand[], at: number): void {
  const most = signature.operands.length;
  if (operands.length > most || operands.length < most - (signature.optional ?? 0)) {
    throw unexpected(at, `'${name}' with a wrong number of arguments`, `'${signature.usage}'`);
  }
  for (const [position, operand] of operands.entries()) {
    const wanted = signature.operands[position] ?? [];
    if (wanted.length === 0 || canBe(operand.type, ...wanted)) continue;
    throw unexpected(operand.start, nameOf(operand.type), nameAll(wanted), `Usage: ${signature.usage}`);
  }
}

const MOST_NAMED = 5;

function unknownFunction(name: string, at: number): Refusal {
  const known = [...Object.keys(signatures), "has", "segment", ...macroNames].sort();
  const near = new KnownNames(known).nearest(name, { left: known.length });
  const found = `'${name.slice(0, 40)}'`;
  if (name === "now") return unexpected(at, "'now' called", "'now' without parentheses");
  const nearest = nearestNames(name, known, MOST_NAMED).join(", ");
  const hint = near ? `Did you mean '${near}'?` : `Of ${known.length} functions the nearest are ${nearest}.`;
  const expected = near ? `'${near}'` : `a function such as ${nearest}`;
  return new Refusal(at, `There is no function ${found}. ${hint}`, found, expected);
}
