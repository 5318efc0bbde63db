import { BUCKETS } from "@burgee/engine";
import type { ServeTrace } from "@burgee/engine/explain";
import { Box, Group, Stack, Text } from "@mantine/core";

const count = new Intl.NumberFormat("en");

/** Where a user's bucket lies on the 100,000, and what is served there. */
export function BucketRuler({ serve }: { readonly serve: ServeTrace }) {
  const { bucket, threshold, slice, variant } = serve;
  if (bucket === undefined) return null;
  const bands = slice
    ? [slice]
    : threshold === undefined
      ? []
      : [[variant ?? "served", 0, threshold] as const];
  const summary = `Bucket ${count.format(bucket)} of ${count.format(BUCKETS)}: ${placeText(serve)}`;
  return (
    <Stack gap={4}>
      <Box
        role="img"
        aria-label={summary}
        style={{
          position: "relative",
          height: 22,
          borderRadius: 4,
          background: "var(--mantine-color-default-border)",
        }}
      >
        {bands.map(([name, from, to]) => (
          <Box
            key={`${name} ${from}`}
            style={{
              position: "absolute",
              insetBlock: 0,
              left: `${(from / BUCKETS) * 100}%`,
              width: `${((to - from) / BUCKETS) * 100}%`,
              borderRadius: 4,
              background: "var(--mantine-primary-color-filled)",
            }}
          />
        ))}
        <Box
          style={{
            position: "absolute",
            insetBlock: -3,
            left: `${(bucket / BUCKETS) * 100}%`,
            width: 3,
            marginLeft: -1,
            background: "var(--mantine-color-text)",
          }}
        />
      </Box>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          0
        </Text>
        <Text size="xs">{summary}</Text>
        <Text size="xs" c="dimmed">
          100,000
        </Text>
      </Group>
    </Stack>
  );
}

function placeText({ bucket = 0, threshold, slice }: ServeTrace): string {
  if (slice) return `in the band of ${slice[0]}, ${count.format(slice[1])} to ${count.format(slice[2])}`;
  if (threshold === undefined) return "in no band";
  return bucket < threshold
    ? `below ${count.format(threshold)}, so it is served`
    : `not below ${count.format(threshold)}, so it is passed on`;
}
