import { useDisclosure } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { NAVIGATION, type NavigationEntry } from "../navigation.ts";
import { palette } from "./palette.ts";
import { isReachable } from "./palette-actions.ts";
import { useMaybePlace } from "./place.ts";
import { ShortcutSheet } from "./ShortcutSheet.tsx";
import { listenForShortcuts, useShortcut } from "./shortcuts.ts";

/** The keys that work on every page, and the sheet that shows all. */
export function FrameShortcuts() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const place = useMaybePlace();
  useEffect(() => listenForShortcuts(window), []);
  useShortcut({ keys: "Mod+K", does: "Go to, or do", section: "Everywhere", run: palette.open });
  useShortcut({ keys: "?", does: "This list", section: "Everywhere", run: open });
  return (
    <>
      {NAVIGATION.filter(({ of, key }) => key !== undefined && isReachable(of, place)).map((entry) => (
        <GoTo key={entry.label} entry={entry} />
      ))}
      <ShortcutSheet isOpen={isOpen} onClose={close} />
    </>
  );
}

function GoTo({ entry: { label, to, key } }: { readonly entry: NavigationEntry }) {
  const navigate = useNavigate();
  useShortcut({
    keys: `g ${key}`,
    does: label,
    section: "Go to",
    run: () => void navigate({ to, params: true }),
  });
  return null;
}
