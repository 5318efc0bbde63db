const FALLBACKS = { string: '"blue"', number: "10", json: "{ maxItems: 20 }" } as const;

/** How a program asks for a toggle of this kind. */
export function snippetOf(kind: "boolean" | keyof typeof FALLBACKS, key: string): string {
  const asked =
    kind === "boolean"
      ? `if (client.isEnabled(${JSON.stringify(key)}, { userId })) {\n  // what is new\n}`
      : `const value = client.value(${JSON.stringify(key)}, ${FALLBACKS[kind]}, { userId });`;
  return `import { createServerClient } from "@burgee/sdk";\n\nconst client = createServerClient();\nawait client.ready();\n\n${asked}`;
}
