import { describe, expect, test } from "vitest";
import { parseInput } from "../errors/invalid-input.ts";
import { momentInput, momentOf } from "./moment.ts";

describe("a moment", () => {
  test.each<[string, string, string]>([
    ["2027-01-31T09:00:00", "Europe/Berlin", "2027-01-31T08:00:00.000Z"],
    ["2027-07-31T09:00", "Europe/Berlin", "2027-07-31T07:00:00.000Z"],
    ["2027-01-31T09:00:00.250", "Asia/Kathmandu", "2027-01-31T03:15:00.250Z"],
    ["2027-03-14T03:00:00", "America/New_York", "2027-03-14T07:00:00.000Z"],
    ["2027-12-31T23:59:59", "Pacific/Kiritimati", "2027-12-31T09:59:59.000Z"],
    ["2027-01-01T00:00:00", "UTC", "2027-01-01T00:00:00.000Z"],
  ])("at %s in %s is %s", (local, zone, instant) => {
    expect(moment({ local, zone })).toEqual({ at: new Date(instant), zone });
  });

  test("that clocks show twice is the first of the two", () => {
    expect(moment({ local: "2027-10-31T02:30:00", zone: "Europe/Berlin" }).at.toISOString()).toBe(
      "2027-10-31T00:30:00.000Z",
    );
  });

  test("that clocks never show is refused, and said to be one", () => {
    const never = () => moment({ local: "2027-03-28T02:30:00", zone: "Europe/Berlin" });

    expect(never).toThrow(
      expect.objectContaining({
        issues: [
          { pointer: "/at/local", code: "no_such_time", message: expect.stringContaining("put forward") },
        ],
      }),
    );
  });

  test("may be an instant with its offset", () => {
    expect(moment("2027-01-31T09:00:00+05:30")).toEqual({ at: new Date("2027-01-31T03:30:00Z"), zone: null });
  });

  test.each([
    "2027-01-31T09:00:00",
    "tomorrow",
    { local: "2027-01-31T09:00:00" },
    { local: "2027-01-31T09:00:00", zone: "Europe/Atlantis" },
    { local: "2027-01-31T09:00:00", zone: "+05:00" },
    { local: "2027-01-31T09:00:00+01:00", zone: "Europe/Berlin" },
    { local: "2027-01-31T09:00:00Z", zone: "Europe/Berlin" },
  ])("is not %j", (input) => {
    expect(() => moment(input)).toThrow(expect.objectContaining({ code: "invalid_input" }));
  });
});

function moment(input: unknown) {
  return momentOf(parseInput(momentInput, input), "/at");
}
