import type { TestProject } from "vitest/node";
import { type SharedPostgres, sharePostgres } from "./shared-postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgres: SharedPostgres;
  }
}

/** Gives every test file of a project the one Postgres of the run, with a migrated template database in it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { postgres, release } = await sharePostgres();
  project.provide("postgres", postgres);
  return release;
}
