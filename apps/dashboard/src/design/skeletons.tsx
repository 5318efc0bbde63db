import { Group, Skeleton, Stack, VisuallyHidden } from "@mantine/core";

/** What is shown while something loads has the shape of what comes, so that nothing moves once it is there. */

export interface SkeletonRowsProps {
  readonly rows?: number;
  /** Of one row. */
  readonly height?: number;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

export function SkeletonRows({ rows = 8, height = 44 }: SkeletonRowsProps) {
  return (
    <Loading>
      <Stack gap={1}>
        {numbers(rows).map((row) => (
          <Group key={row} h={height} wrap="nowrap" gap="xl" px="sm">
            <Skeleton height={14} width="28%" />
            <Skeleton height={14} width="14%" visibleFrom="sm" />
            <Skeleton height={14} width="20%" />
            <Skeleton height={14} width="12%" visibleFrom="sm" />
          </Group>
        ))}
      </Stack>
    </Loading>
  );
}

export function SkeletonCards({
  cards = 4,
  height = 140,
}: {
  readonly cards?: number;
  readonly height?: number;
}) {
  return (
    <Loading>
      <Group gap="md" align="stretch">
        {numbers(cards).map((card) => (
          <Skeleton key={card} height={height} style={{ flex: "1 1 280px" }} />
        ))}
      </Group>
    </Loading>
  );
}

export function SkeletonForm({ fields = 4 }: { readonly fields?: number }) {
  return (
    <Loading>
      <Stack gap="lg" maw={480}>
        {numbers(fields).map((field) => (
          <Stack key={field} gap={6}>
            <Skeleton height={12} width={120} />
            <Skeleton height={36} />
          </Stack>
        ))}
      </Stack>
    </Loading>
  );
}

export function SkeletonChart({ height = 240 }: { readonly height?: number }) {
  return (
    <Loading>
      <Skeleton height={height} />
    </Loading>
  );
}

/** Of a whole screen that is not there yet: its title, and some of it. */
export function SkeletonScreen() {
  return (
    <Stack>
      <Skeleton height={28} width={220} />
      <SkeletonRows />
    </Stack>
  );
}

function Loading({ children }: { readonly children: React.ReactNode }) {
  return (
    <div role="status" aria-live="polite">
      <VisuallyHidden>Loading</VisuallyHidden>
      {children}
    </div>
  );
}
