/** The dashboard at the service's own address: the page for whoever opens one of its addresses, and the files that it asks for. */
import { readFile } from "node:fs/promises";
import type { Request, RequestHandler } from "express";
import { acceptedCodings } from "../http/accepted-codings.ts";
import type { Answer } from "../http/define-route.ts";
import { send } from "../http/send.ts";
import { VERSION } from "../version.ts";
import { type BuiltFile, buildFinder, type DashboardBuild, SUFFIX } from "./dashboard-build.ts";

/** Where the dashboard has pages. It is one page to us, which finds out by itself what to show. */
const PAGES = /^\/(?:$|(?:sign-in|sign-up|invitation|welcome)$|(?:t|account)(?:\/|$))/;

/** Where programs ask: who mistypes there reads what programs read. */
const OF_PROGRAMS = /^\/(?:v1|trpc|scim|sso|problems)(?:\/|$)/;

/** No script but our files, nothing from elsewhere, no frame around it. Styles are also made at run time, by its component library. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const UNBUILT: Answer = {
  status: 503,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body:
    `Burgee ${VERSION} runs here, without its dashboard: it is not built. Run: npm run build\n` +
    "The API answers under /v1 and /trpc.\n",
};

/** @param folder of the build, which may come and go while this process runs */
export function serveDashboard(folder: string): RequestHandler {
  const findBuild = buildFinder(folder);
  return async (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const answer = await answerTo(request, await findBuild());
    if (!answer) return next();
    response.locals.route = "dashboard";
    send(response, answer);
  };
}

/** Undefined for what is none of the dashboard's. */
async function answerTo(request: Request, build: DashboardBuild | undefined): Promise<Answer | undefined> {
  const file = build?.files.get(request.path);
  if (file) return fileAnswer(request, file);

  const isPage = PAGES.test(request.path);
  const isMistyped = !isPage && !OF_PROGRAMS.test(request.path) && isAskedByBrowser(request);
  if (!isPage && !isMistyped) return undefined;
  if (!build) return isPage ? UNBUILT : undefined;
  const answer = await fileAnswer(request, build.page);
  return {
    ...answer,
    ...(isMistyped && { status: 404 }),
    headers: { ...answer.headers, "content-security-policy": POLICY },
  };
}

async function fileAnswer({ headers: asked }: Request, file: BuiltFile): Promise<Answer> {
  const { location, contentType, isHashed, etag, codings } = file;
  const headers = {
    "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    etag,
    vary: "accept-encoding",
  };
  if (asked["if-none-match"]?.split(/\s*,\s*/).includes(etag)) return { status: 304, headers };
  const coding = acceptedCodings(asked["accept-encoding"]).find((each) => codings.has(each));
  return {
    headers: { ...headers, "content-type": contentType, ...(coding && { "content-encoding": coding }) },
    body: await readFile(coding ? `${location}${SUFFIX[coding]}` : location),
  };
}

/** Programs accept anything, or JSON; a browser that follows a link names HTML. */
function isAskedByBrowser({ headers: { accept = "" } }: Request): boolean {
  return accept.includes("text/html");
}
