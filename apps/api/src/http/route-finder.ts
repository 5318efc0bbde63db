/** Which routes a path leads to. */
import type { Method, Route } from "./define-route.ts";

/** All that answers under one path. */
export interface RoutePath {
  /** In Express's notation. */
  readonly path: string;
  readonly byMethod: ReadonlyMap<string, Route>;
}

export interface FoundPath extends RoutePath {
  /** As they were sent. */
  readonly params: Readonly<Record<string, string>>;
}

export type FindPath = (path: string) => FoundPath | undefined;

export function byPath(routes: readonly Route[]): readonly RoutePath[] {
  const paths = new Map<string, Map<Method, Route>>();
  for (const route of routes) {
    const methods = paths.get(route.path) ?? new Map<Method, Route>();
    paths.set(route.path, methods.set(route.method, route));
  }
  return [...paths].map(([path, byMethod]) => ({ path, byMethod }));
}

/** Whether any of its routes is read all the time; the others under its path go with it. */
export function isHot({ byMethod }: RoutePath): boolean {
  return [...byMethod.values()].some((route) => route.isHot);
}

/** HEAD is asked of what answers GET; node:http leaves out the body. */
export function routeFor(byMethod: RoutePath["byMethod"], method = ""): Route | undefined {
  return byMethod.get(method === "HEAD" ? "GET" : method);
}

/** As Express finds them under strict and case sensitive routing: a parameter is one segment, and not empty. */
export function pathFinder(paths: readonly RoutePath[]): FindPath {
  const fixed = new Map<string, FoundPath>();
  const patterns: Pattern[] = [];
  for (const each of paths) {
    if (each.path.includes(":")) patterns.push(patternOf(each));
    else fixed.set(each.path, { ...each, params: {} });
  }
  return (path) => fixed.get(path) ?? findIn(patterns, path);
}

/** @throws {URIError} for a broken escape */
export function decodedParams(params: FoundPath["params"]): FoundPath["params"] {
  const decoded: Record<string, string> = {};
  for (const name in params) decoded[name] = decodeURIComponent(params[name] ?? "");
  return decoded;
}

interface Pattern extends RoutePath {
  /** What stands before the first parameter. */
  readonly prefix: string;
  /** What follows the prefix: a parameter's name with its colon, or the segment itself. */
  readonly segments: readonly string[];
}

function patternOf({ path, byMethod }: RoutePath): Pattern {
  const prefix = path.slice(0, path.indexOf(":"));
  return { path, byMethod, prefix, segments: path.slice(prefix.length).split("/") };
}

function findIn(patterns: readonly Pattern[], path: string): FoundPath | undefined {
  for (const { path: name, byMethod, prefix, segments } of patterns) {
    if (!path.startsWith(prefix)) continue;
    const params = paramsIn(segments, path, prefix.length);
    if (params) return { path: name, byMethod, params };
  }
  return undefined;
}

function paramsIn(
  segments: readonly string[],
  path: string,
  start: number,
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {};
  let from = start;
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const slash = path.indexOf("/", from);
    if (isLast ? slash !== -1 : slash === -1) return undefined;
    const text = path.slice(from, isLast ? path.length : slash);
    if (!segment.startsWith(":")) {
      if (text !== segment) return undefined;
    } else {
      if (text === "") return undefined;
      params[segment.slice(1)] = text;
    }
    from = slash + 1;
  }
  return params;
}
