import { Box, Group, Text, Tooltip } from "@mantine/core";
import { variantColour } from "./variant-colour.ts";

export interface Outcome {
  readonly variant: string;
  /** Of all, from 0 to 1. */
  readonly share: number;
}

export interface OutcomeBarProps {
  readonly outcomes: readonly Outcome[];
  /** In which order variants have their colours: as the toggle declares them. */
  readonly variants: readonly string[];
  readonly height?: number;
  /** Without the legend where the words beside it say the same. */
  readonly isBare?: boolean;
}

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** Who gets what, as one stacked bar with its legend. */
export function OutcomeBar({ outcomes, variants, height = 14, isBare = false }: OutcomeBarProps) {
  const summary = outcomes.map(({ variant, share }) => `${percent.format(share)} ${variant}`).join(", ");
  const colourOf = (variant: string) => variantColour(variants.indexOf(variant));
  return (
    <div>
      <Box
        role="img"
        aria-label={summary}
        style={{
          display: "flex",
          height,
          borderRadius: "var(--mantine-radius-sm)",
          overflow: "hidden",
          background: "var(--mantine-color-default-border)",
        }}
      >
        {outcomes
          .filter(({ share }) => share > 0)
          .map(({ variant, share }) => (
            <Tooltip key={variant} label={`${percent.format(share)} ${variant}`}>
              <div style={{ width: `${share * 100}%`, background: colourOf(variant) }} />
            </Tooltip>
          ))}
      </Box>
      {!isBare && (
        <Group gap="md" mt={6}>
          {outcomes.map(({ variant, share }) => (
            <Group key={variant} gap={6}>
              <Box w={10} h={10} style={{ borderRadius: 2, background: colourOf(variant) }} />
              <Text size="xs">
                {variant}{" "}
                <Text span c="dimmed">
                  {percent.format(share)}
                </Text>
              </Text>
            </Group>
          ))}
        </Group>
      )}
    </div>
  );
}
