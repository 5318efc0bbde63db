/** The pages as they were built: which files there are, and how each may be sent. */
import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { CODINGS, type Coding } from "../http/accepted-codings.ts";

/** One that may be asked for. */
export interface BuiltFile {
  readonly location: string;
  readonly contentType: string;
  /** Whether its name changes with its content. */
  readonly isHashed: boolean;
  readonly etag: string;
  /** In which it lies beside itself, packed when it was built. */
  readonly codings: ReadonlySet<Coding>;
}

export interface DashboardBuild {
  readonly page: BuiltFile;
  /** By their paths in addresses. */
  readonly files: ReadonlyMap<string, BuiltFile>;
}

export type FindBuild = () => Promise<DashboardBuild | undefined>;

export const SUFFIX: Readonly<Record<Coding, string>> = { br: ".br", gzip: ".gz" };

const PAGE = "index.html";
/** What the build keeps for itself begins with a dot. */
const HIDDEN = /(^|\/)\./;
const HASHED = /^\/assets\//;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
  ".woff2": "font/woff2",
  ".png": "image/png",
};

/** Answers the build in a folder as it is now, undefined where there is none. Read anew only when it was built anew. */
export function buildFinder(folder: string): FindBuild {
  let known: { readonly writtenAtMs: number; readonly build: Promise<DashboardBuild> } | undefined;
  return async () => {
    const writtenAtMs = await writtenAt(join(folder, PAGE));
    if (writtenAtMs === undefined) return undefined;
    if (known?.writtenAtMs !== writtenAtMs) known = { writtenAtMs, build: readBuild(folder) };
    return known.build;
  };
}

async function readBuild(folder: string): Promise<DashboardBuild> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = new Set(
    entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `/${relative(folder, join(parentPath, name)).replaceAll(sep, "/")}`),
  );
  const files = new Map<string, BuiltFile>();
  for (const name of names) {
    const contentType = TYPES[extname(name)];
    if (contentType === undefined || HIDDEN.test(name)) continue;
    const isHashed = HASHED.test(name);
    const location = join(folder, name);
    files.set(name, {
      location,
      contentType,
      isHashed,
      etag: isHashed ? `W/"${name.slice(1)}"` : `W/"${await hashOf(location)}"`,
      codings: new Set(CODINGS.filter((coding) => names.has(`${name}${SUFFIX[coding]}`))),
    });
  }
  const page = files.get(`/${PAGE}`);
  if (!page) throw new Error(`${folder} holds no page.`);
  files.delete(`/${PAGE}`);
  return { page, files };
}

async function writtenAt(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return undefined;
  }
}

async function hashOf(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("base64url")
    .slice(0, 22);
}
