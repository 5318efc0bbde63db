import { Button, Group, NumberInput, Slider, Stack, Switch, Text } from "@mantine/core";
import { useState } from "react";
import { OutcomeBar } from "../../design/OutcomeBar.tsx";
import { variantColour } from "../../design/variant-colour.ts";
import type { Share } from "../draft/draft.ts";
import { StickinessInput } from "./StickinessInput.tsx";
import { lackOf, withWeight } from "./weights.ts";

type Split = Extract<Share, { type: "split" }>;

export interface SplitEditorProps {
  readonly split: Split;
  readonly variants: readonly string[];
  readonly of: string;
  readonly attributes: readonly string[];
  readonly onChange: (split: Split) => void;
}

/** Shares of variants, by number or by slider; with the sum locked, what one gains the others give. */
export function SplitEditor({ split, variants, of, attributes, onChange }: SplitEditorProps) {
  const [isLocked, setLocked] = useState(lackOf(split.weights) === 0);
  const weights = Object.fromEntries(variants.map((variant) => [variant, split.weights[variant] ?? 0]));
  const lack = lackOf(weights);
  const set = (variant: string, value: number) =>
    onChange({ ...split, weights: withWeight(weights, variant, value, isLocked) });
  return (
    <Stack gap="xs">
      <OutcomeBar
        isBare
        variants={variants}
        outcomes={variants.map((variant) => ({ variant, share: (weights[variant] ?? 0) / 100 }))}
      />
      {variants.map((variant, index) => (
        <Group key={variant} gap="sm" wrap="nowrap">
          <Group gap={6} wrap="nowrap" w={140} miw={0}>
            <span
              aria-hidden
              style={{
                flex: "none",
                width: 10,
                height: 10,
                borderRadius: 2,
                background: variantColour(index),
              }}
            />
            <Text size="sm" truncate>
              {variant}
            </Text>
          </Group>
          <Slider
            thumbLabel={`Share of ${variant} in ${of}, slider`}
            value={weights[variant] ?? 0}
            onChange={(value) => set(variant, value)}
            min={0}
            max={100}
            step={0.001}
            label={(value) => `${value} %`}
            style={{ flex: 1 }}
          />
          <NumberInput
            aria-label={`Share of ${variant} in ${of}`}
            value={weights[variant] ?? 0}
            onChange={(value) => typeof value === "number" && set(variant, value)}
            min={0}
            max={100}
            step={1}
            decimalScale={3}
            clampBehavior="strict"
            suffix=" %"
            w={112}
          />
        </Group>
      ))}
      <Group gap="sm" justify="space-between" align="flex-end">
        <Switch
          size="sm"
          label="Keep the sum at 100 %"
          checked={isLocked}
          onChange={({ currentTarget: { checked } }) => {
            setLocked(checked);
            if (checked && lack !== 0) onChange({ ...split, weights: filled(weights, variants, lack) });
          }}
        />
        <StickinessInput
          of={of}
          value={split.stickiness}
          attributes={attributes}
          onChange={(stickiness) => onChange({ ...split, stickiness })}
        />
      </Group>
      {lack !== 0 && (
        <Group gap="xs" role="alert">
          <Text size="sm" c="red">
            The shares sum to {Math.round((100 - lack) * 1_000) / 1_000} %;{" "}
            {lack > 0 ? `${lack} % are missing` : `${-lack} % are too much`}.
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onChange({ ...split, weights: filled(weights, variants, lack) })}
          >
            Make it 100 %
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The last that has a share gives or takes what is lacking, and who stands before it the rest. */
function filled(weights: Readonly<Record<string, number>>, variants: readonly string[], lack: number) {
  const next = new Map(Object.entries(weights));
  let left = Math.round(lack * 1_000);
  for (const variant of [...variants].reverse()) {
    const share = Math.round((next.get(variant) ?? 0) * 1_000);
    const given = Math.max(left, -share);
    next.set(variant, (share + given) / 1_000);
    left -= given;
    if (left === 0) break;
  }
  return Object.fromEntries(next);
}
