/** What a program needs to ask for its first toggle. */

export interface Snippet {
  readonly id: string;
  readonly label: string;
  /** What is put into a terminal first. */
  readonly install: string | undefined;
  readonly code: string;
}

export interface SnippetValues {
  readonly url: string;
  readonly sdkKey: string;
  readonly toggle: string;
}

export function snippetsFor({ url, sdkKey, toggle }: SnippetValues): readonly Snippet[] {
  return [
    {
      id: "node",
      label: "Node.js",
      // Not on npm yet: the checkout packs it.
      install:
        "npm run pack:sdk   # in Burgee's checkout\nnpm install <checkout>/.burgee/sdk   # in your program",
      code: `import { createServerClient } from "@burgee/sdk";

const client = createServerClient({ baseUrl: "${url}", sdkKey: "${sdkKey}" });
await client.ready();

setInterval(() => {
  console.log("${toggle}", client.isEnabled("${toggle}", { userId: "ada" }));
}, 1000);`,
    },
    {
      id: "curl",
      label: "curl",
      install: undefined,
      code: `curl '${url}/v1/toggles/${toggle}?userId=ada' -H 'authorization: Bearer ${sdkKey}'`,
    },
  ];
}
