/** How environments are told apart at a glance; their names say it as well. */

interface Named {
  readonly key: string;
  readonly critical: boolean;
}

/** Where a mistake hurts customers. */
export function isCritical({ critical }: Pick<Named, "critical">): boolean {
  return critical;
}

export function environmentColour(environment: Named, environments: readonly Named[]): string {
  if (isCritical(environment)) return "red";
  const others = environments.filter((each) => !isCritical(each));
  const index = others.findIndex(({ key }) => key === environment.key);
  return COLOURS[Math.max(0, index) % COLOURS.length] ?? "gray";
}

const COLOURS = ["teal", "blue", "grape", "orange", "cyan", "lime"] as const;
