import { Group, Text, Tooltip } from "@mantine/core";
import { type LiveStatus, useLiveStatus } from "./live-store.ts";

const SHOWN: Readonly<
  Record<LiveStatus, { readonly colour: string; readonly words: string; readonly says: string }>
> = {
  connected: {
    colour: "var(--mantine-color-teal-6)",
    words: "Live",
    says: "Live: you see what others change as they change it.",
  },
  reconnecting: {
    colour: "var(--mantine-color-yellow-6)",
    words: "Connecting",
    says: "Connecting: what others change shows once the connection stands.",
  },
  offline: {
    colour: "var(--mantine-color-red-6)",
    words: "Offline",
    says: "Offline: this page may be out of date.",
  },
};

/** Whether what is on the page is kept up to date. */
export function LiveDot() {
  const status = useLiveStatus();
  if (!status) return null;
  const { colour, words, says } = SHOWN[status];
  return (
    <Tooltip label={says} multiline w={220}>
      <Group gap={6} wrap="nowrap" role="status" tabIndex={0} aria-label={says}>
        <span aria-hidden style={{ width: 8, height: 8, borderRadius: "50%", background: colour }} />
        <Text size="xs" c="dimmed" visibleFrom="lg">
          {words}
        </Text>
      </Group>
    </Tooltip>
  );
}
