/** One example of another project: runs it here, and says what went wrong; `undefined` where it holds. */
export interface Case {
  readonly name: string;
  readonly run: () => string | undefined;
}

/** An example that asks for something which Burgee lacks, or means otherwise, on purpose. */
export interface Exclusion {
  readonly name: string;
  readonly reason: string;
}

export interface Suite {
  readonly cases: readonly Case[];
  readonly exclusions: readonly Exclusion[];
}

/** Reads a suite from the folder of conformance data; `undefined` where the folder has none of it. */
export type LoadSuite = (folder: string) => Suite | undefined;
