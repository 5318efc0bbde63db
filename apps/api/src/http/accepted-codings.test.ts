import { expect, test } from "vitest";
import { acceptedCodings } from "./accepted-codings.ts";

test.each([
  [undefined, []],
  ["", []],
  ["identity", []],
  ["gzip, deflate", ["gzip"]],
  ["gzip, deflate, br, zstd", ["br", "gzip"]],
  ["GZIP", ["gzip"]],
  ["x-gzip", ["gzip"]],
  ["br;q=0.5, gzip", ["gzip", "br"]],
  ["br;q=0, gzip ; q=0.1", ["gzip"]],
  ["*", ["br", "gzip"]],
  ["*;q=0, gzip", ["gzip"]],
  ["gzip;q=nonsense", []],
  ["brotli", []],
])("%j takes %j", (header, codings) => {
  expect(acceptedCodings(header)).toEqual(codings);
  expect(acceptedCodings(header)).toEqual(codings);
});
