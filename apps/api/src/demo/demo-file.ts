/** What a person needs to use the demo, in a file that only they can read. */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";

const demoAccess = z.object({
  tenant: z.string(),
  email: z.string(),
  password: z.string(),
  personalKey: z.string(),
  sdkKey: z.string(),
  baseUrl: z.string(),
  project: z.string(),
  environment: z.string(),
});
export type DemoAccess = z.output<typeof demoAccess>;

/** Undefined when there is no such file, or when it is none of ours. */
export async function readDemoFile(path: string): Promise<DemoAccess | undefined> {
  try {
    return demoAccess.safeParse(JSON.parse(await readFile(path, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** All of it or nothing: whoever reads meanwhile sees the file before or the file after. */
export async function writeDemoFile(path: string, access: DemoAccess): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, `${JSON.stringify(access, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
    await chmod(draft, 0o600);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
