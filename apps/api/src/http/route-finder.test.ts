import { expect, test } from "vitest";
import { decodedParams, pathFinder } from "./route-finder.ts";

const find = pathFinder(
  ["/v1/ruleset", "/v1/toggles/:toggleKey", "/v1/evaluate/:revision/:contextHash", "/a/:b/c"].map((path) => ({
    path,
    byMethod: new Map(),
  })),
);

test.each([
  ["/v1/ruleset", "/v1/ruleset", {}],
  ["/v1/toggles/cart", "/v1/toggles/:toggleKey", { toggleKey: "cart" }],
  ["/v1/toggles/a%2Fb", "/v1/toggles/:toggleKey", { toggleKey: "a/b" }],
  ["/v1/evaluate/e.7/hash", "/v1/evaluate/:revision/:contextHash", { revision: "e.7", contextHash: "hash" }],
  ["/a/x/c", "/a/:b/c", { b: "x" }],
])("%s leads to %s", (path, pattern, params) => {
  const found = find(path);

  expect(found?.path).toBe(pattern);
  expect(decodedParams(found?.params ?? {})).toEqual(params);
});

test.each([
  "/",
  "/v1",
  "/v1/ruleset/",
  "/V1/ruleset",
  "/v1/toggles/",
  "/v1/toggles/a/b",
  "/v1/evaluate/a",
  "/a/x/d",
  "/a//c",
])("%s leads nowhere", (path) => {
  expect(find(path)).toBeUndefined();
});
