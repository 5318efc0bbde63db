import { parseSemVer } from "../values/semver.ts";
import { nearName } from "./near-name.ts";
import { canBe, nameOf, type Operand, type StaticType } from "./operand.ts";
import { Refusal, unexpected } from "./refusal.ts";
import { type Signature, signatures } from "./signatures.ts";

/** The type of `name(args)` or `target.name(args)`. @throws {Refusal} */
export function checkCall(
  name: string,
  target: Operand | undefined,
  args: readonly Operand[],
  at: number,
): StaticType {
  const signature = Object.hasOwn(signatures, name) ? signatures[name] : undefined;
  if (!signature) throw unknownFunction(name, at);

  const style = target ? "method" : "global";
  if (signature.style !== "both" && signature.style !== style) {
    throw unexpected(at, `'${name}' called ${target ? "on a value" : "by itself"}`, `'${signature.usage}'`);
  }
  checkOperands(name, signature, target ? [target, ...args] : args, at);
  if (name === "semver") checkVersion(args);
  return signature.result;
}

function checkOperands(name: string, signature: Signature, operands: readonly Operand[], at: number): void {
  if (operands.length !== signature.operands.length) {
    throw unexpected(at, `'${name}' with a wrong number of arguments`, `'${signature.usage}'`);
  }
  for (const [position, wanted] of signature.operands.entries()) {
    const operand = operands[position];
    if (!operand || canBe(operand.type, ...wanted)) continue;
    throw unexpected(
      operand.start,
      nameOf(operand.type),
      wanted.map(nameOf).join(" or "),
      `Usage: ${signature.usage}`,
    );
  }
}

function checkVersion([argument]: readonly Operand[]): void {
  if (typeof argument?.expression !== "string" || parseSemVer(argument.expression)) return;
  const found = `'${argument.expression.slice(0, 40)}'`;
  const hint = /^v/i.test(argument.expression) ? "Leave out the leading v." : "";
  throw unexpected(argument.start, found, "a version such as 1.2.3 or 2.0.0-beta.1", hint);
}

function unknownFunction(name: string, at: number): Refusal {
  const known = [...Object.keys(signatures), "has"];
  const near = nearName(name, known);
  const found = `'${name.slice(0, 40)}'`;
  const hint = near ? `Did you mean '${near}'?` : `There are ${known.join(", ")}.`;
  const expected = near ? `'${near}'` : `one of ${known.join(", ")}`;
  return new Refusal(at, `There is no function ${found}. ${hint}`, found, expected);
}
