import { spawnSync } from "node:child_process";
import { join } from "node:path";

const CHECKOUT = join(import.meta.dirname, "..", "..");
const OPTIONS = "--noEmit --strict --module nodenext --target es2022 --lib es2022,dom".split(" ");

/** What the compiler says of a program in a folder of its own; nothing, and 0, where it is right. */
export function checkTypes(
  folder: string,
  file: string,
): { readonly status: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(
    join(CHECKOUT, "node_modules/.bin/tsc"),
    [...OPTIONS, "--types", "", file],
    { cwd: folder, encoding: "utf8" },
  );
  return { status, stdout };
}
