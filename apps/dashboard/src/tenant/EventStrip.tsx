import { Group, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { type Entry, entryKind, entryWords } from "./entry-words.ts";

export interface EventStripProps {
  readonly entries: readonly Entry[];
  readonly laneOf: (entry: Entry) => string;
  readonly chosen: string | undefined;
  readonly onChoose: (lane: string) => void;
  readonly range: { readonly from: number; readonly to: number };
}

const GLYPHS = { on: "▲", off: "▼", rollout: "◆", other: "●" } as const;
const COLOURS = {
  on: "var(--mantine-color-teal-filled)",
  off: "var(--mantine-color-red-filled)",
  rollout: "var(--mantine-color-violet-filled)",
  other: "var(--mantine-color-dimmed)",
} as const;

/** One lane for each environment, and a sign where something was changed. A lane that is chosen filters what is listed below. */
export function EventStrip({ entries, laneOf, chosen, onChoose, range }: EventStripProps) {
  const lanes = [...new Set(entries.map(laneOf))].sort();
  const spanMs = range.to - range.from;
  return (
    <div>
      {lanes.map((lane) => {
        const inLane = entries.filter((entry) => laneOf(entry) === lane);
        return (
          <UnstyledButton
            key={lane}
            w="100%"
            aria-pressed={lane === chosen}
            aria-label={`${lane}: ${inLane.length} changes`}
            onClick={() => onChoose(lane)}
            style={{
              borderRadius: "var(--mantine-radius-sm)",
              background: lane === chosen ? "var(--mantine-primary-color-light)" : undefined,
            }}
          >
            <Group gap="sm" wrap="nowrap" px={4} h={28}>
              <Text size="xs" w={84} truncate>
                {lane}
              </Text>
              <div
                aria-hidden
                style={{
                  position: "relative",
                  flex: 1,
                  height: 20,
                  borderBottom: "1px solid var(--mantine-color-default-border)",
                }}
              >
                {inLane.map((entry) => (
                  <Tooltip key={entry.seq} label={entryWords(entry)}>
                    <span
                      style={{
                        position: "absolute",
                        insetInlineStart: `${(Math.max(0, Date.parse(entry.at) - range.from) / spanMs) * 98}%`,
                        color: COLOURS[entryKind(entry)],
                        fontSize: 12,
                      }}
                    >
                      {GLYPHS[entryKind(entry)]}
                    </span>
                  </Tooltip>
                ))}
              </div>
            </Group>
          </UnstyledButton>
        );
      })}
      <Text size="xs" c="dimmed" mt={4}>
        ▲ switched on · ▼ switched off · ◆ rollout · ● other
      </Text>
    </div>
  );
}
