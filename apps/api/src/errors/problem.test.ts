import { AppError } from "@burgee/core";
import { BusyError } from "@burgee/db";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { TransportError } from "./api-error.ts";
import { problemHeaders, problemOf } from "./problem.ts";

describe("problemOf", () => {
  test("carries what a use case says, and where", () => {
    const issues = [{ pointer: "/key", code: "too_small", message: "Give it a key." }];

    const problem = problemOf(new AppError("invalid_input", "At /key: Give it a key.", { issues }));

    expect(problem).toEqual({
      type: "/problems/invalid_input",
      title: "The input is not valid",
      status: 400,
      detail: "At /key: Give it a key.",
      code: "invalid_input",
      errors: issues,
    });
  });

  test("repeats no more of a request than a person reads", () => {
    const error = new TransportError("route_not_found", `There is no ${"x".repeat(16_000)}.`);

    expect(problemOf(error).detail.length).toBeLessThan(1_100);
  });

  test("keeps what it does not know to itself", () => {
    const problem = problemOf(new Error("password=hunter2"));

    expect(problem).toMatchObject({ status: 500, code: "internal" });
    expect(JSON.stringify(problem)).not.toContain("hunter2");
  });

  test("reads what zod refused", () => {
    const refused = z.strictObject({ limit: z.int() }).safeParse({ limit: "x" });

    expect(problemOf(refused.error)).toMatchObject({ status: 400, errors: [{ pointer: "/limit" }] });
  });

  test.each([
    Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
    Object.assign(new Error("canceling statement due to statement timeout"), { code: "57014" }),
    Object.assign(new Error("deadlock detected"), { code: "40P01" }),
    new Error("timeout exceeded when trying to connect"),
    new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })]),
  ])("takes %s for an outage, to be tried again", (error) => {
    const problem = problemOf(error);

    expect(problem).toMatchObject({ status: 503, code: "unavailable" });
    expect(problemHeaders(error, problem)).toEqual({ "retry-after": expect.stringMatching(/^[1-9]\d*$/) });
  });

  test("takes a busy tenant for no outage, and asks it to come back", () => {
    const error = new BusyError();
    const problem = problemOf(error);

    expect(problem).toMatchObject({ status: 429, code: "too_many_requests" });
    expect(problemHeaders(error, problem)).toEqual({ "retry-after": expect.stringMatching(/^[1-9]\d*$/) });
  });

  test("a violated constraint is our mistake, and no outage", () => {
    expect(problemOf(Object.assign(new Error("duplicate key"), { code: "23505" })).status).toBe(500);
  });
});

test("a refusal's own headers go along with it", () => {
  const error = new TransportError("method_not_allowed", "No.", { headers: { allow: "GET" } });

  expect(problemHeaders(error, problemOf(error))).toEqual({ allow: "GET" });
});
