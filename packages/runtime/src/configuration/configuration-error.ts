/** One variable that can't be used as it is. `message` never holds the value of a secret. */
export interface ConfigurationProblem {
  readonly variable: string;
  readonly message: string;
}

/** Everything that is wrong with the environment, at once, so that it is put right in one go. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    const lines = problems.map(({ variable, message }) => `  ${variable} ${message}`);
    super(["The configuration can't be used:", ...lines].join("\n"));
    this.problems = problems;
  }
}
