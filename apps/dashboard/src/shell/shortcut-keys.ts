/** Keys as they are written (`Mod+K`, `g t`, `?`), as they are shown, and as they are pressed. */

const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

export function shownKeys(keys: string): readonly string[] {
  return keys.split(/[ +]/).map((key) => {
    if (key === "Mod") return isApple ? "⌘" : "Ctrl";
    return key.length === 1 ? key.toUpperCase() : key;
  });
}

/** What was pressed, as it is written; undefined for a modifier alone. */
export function pressedKey(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">,
): string | undefined {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (altKey || ["Control", "Meta", "Shift", "Alt", "AltGraph"].includes(key)) return undefined;
  const isMod = isApple ? metaKey : ctrlKey;
  // Another modifier makes it the browser's own.
  if (!isMod && (ctrlKey || metaKey)) return undefined;
  if (isMod) return `Mod+${key.length === 1 ? key.toUpperCase() : key}`;
  return key;
}

/** Letters and signs alone can be switched off (WCAG 2.1.4), and are text to whoever types. */
export function isSingleKey(keys: string): boolean {
  return !keys.startsWith("Mod+");
}
