import { Kbd } from "@mantine/core";
import { shownKeys } from "../shell/shortcut-keys.ts";

/** The keys that do the same, such as `Mod+K`; for eyes only, since a screen reader has its own. */
export function KeyboardHint({ keys }: { readonly keys: string }) {
  return (
    <span aria-hidden>
      {shownKeys(keys).map((key, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a key may be pressed twice, and the order never changes
        <Kbd key={`${key}${index}`} size="xs" mr={2}>
          {key}
        </Kbd>
      ))}
    </span>
  );
}
