/** A disk of a few megabytes, which can be filled to its last byte and emptied again. Needs to be root on Linux. */
import { spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly path: string;
  /** Leaves no room at all. */
  fill(): void;
  /** Takes away what filled it. */
  empty(): void;
}

const BLOCK = Buffer.alloc(1024 * 1024);
const PAGE = BLOCK.subarray(0, 4096);

export function mountSmallDisk(closing: AsyncDisposableStack, megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "burgee-small-disk-"));
  run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=0755`, "tmpfs", path]);
  closing.defer(() => {
    run("umount", ["--lazy", path]);
    rmSync(path, { recursive: true, force: true });
  });
  chmodSync(path, 0o755);
  const ballast = join(path, "ballast");
  return {
    path,
    fill: () => {
      const file = openSync(ballast, "a");
      try {
        for (const piece of [BLOCK, PAGE]) while (statfsSync(path).bfree > 0 && isWritten(file, piece));
      } finally {
        closeSync(file);
      }
    },
    empty: () => rmSync(ballast, { force: true }),
  };
}

function isWritten(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length;
  } catch {
    return false;
  }
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
