/** What must not compile: `tsc` fails where one of these lines would be no error. */
import { expect, test } from "vitest";
import { anyone, personalKey } from "../access/credential.ts";
import { defineRoute } from "../http/define-route.ts";
import { noBody, rawQuery } from "../http/inputs.ts";
import * as trpc from "./trpc.ts";

const route = { method: "GET", path: "/planted", query: rawQuery, body: noBody, handle: () => ({}) } as const;

const planted = [
  // @ts-expect-error a procedure that does not say who may call it
  () => trpc.procedure(),
  // @ts-expect-error a permission that is not in the table
  () => trpc.procedure({ permission: "toggle.explode", in: "environment" }),
  // @ts-expect-error no place where it is needed
  () => trpc.procedure({ permission: "toggle.write" }),
  // @ts-expect-error a place that nobody knows how to find
  () => trpc.procedure({ permission: "toggle.write", in: "the moon" }),
  // @ts-expect-error a route that does not say who may call it
  () => defineRoute({ ...route, access: personalKey }),
  // @ts-expect-error a key that is asked for, and for nothing
  () => defineRoute({ ...route, access: personalKey, needs: "public" }),
  // @ts-expect-error a permission of who sends no key
  () => defineRoute({ ...route, access: anyone, needs: { permission: "toggle.read", in: "environment" } }),
];

test("each way to make a procedure says who may call it", () => {
  const {
    procedure,
    publicProcedure,
    cookieProcedure,
    sessionProcedure,
    personProcedure,
    router,
    ...others
  } = trpc;
  expect([Object.keys(others), typeof router]).toEqual([[], "function"]);
  const made = [
    procedure("self"),
    personProcedure("self"),
    publicProcedure,
    cookieProcedure,
    sessionProcedure,
  ];
  expect(made.map(({ _def }) => _def.meta?.access)).toEqual(["self", "self", "public", "public", "self"]);
  expect(planted).toHaveLength(7);
});
