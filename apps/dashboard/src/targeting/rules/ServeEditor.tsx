import { Group, NumberInput, SegmentedControl, Select, Slider, Stack, Text } from "@mantine/core";
import type { Served } from "../draft/draft.ts";
import { SplitEditor } from "./SplitEditor.tsx";
import { StickinessInput } from "./StickinessInput.tsx";

export interface ServeEditorProps {
  readonly serve: Served;
  readonly variants: readonly string[];
  /** Such as `rule 1`. */
  readonly of: string;
  readonly attributes: readonly string[];
  readonly onChange: (serve: Served) => void;
}

/** What is served to whom a rule means: one variant, one to some of them, or a split. */
export function ServeEditor({ serve, variants, of, attributes, onChange }: ServeEditorProps) {
  const variant = variantIn(serve, variants);
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          What they get
        </Text>
        <SegmentedControl
          size="xs"
          aria-label={`How ${of} serves`}
          data={[
            { value: "variant", label: "One variant" },
            { value: "percentage", label: "A percentage" },
            { value: "split", label: "A split" },
          ]}
          value={serve.type}
          onChange={(type) => onChange(serveOfType(type, serve, variants))}
        />
      </Group>
      {serve.type === "split" ? (
        <SplitEditor split={serve} variants={variants} of={of} attributes={attributes} onChange={onChange} />
      ) : (
        <Group gap="sm" align="flex-end">
          <Select
            label="Variant"
            aria-label={`Variant of ${of}`}
            data={[...variants]}
            value={variant}
            onChange={(next) => next !== null && onChange({ ...serve, variant: next })}
            allowDeselect={false}
            w={180}
          />
          {serve.type === "percentage" && (
            <>
              <NumberInput
                label="Percent"
                aria-label={`Percentage of ${of}`}
                value={serve.value}
                onChange={(value) =>
                  typeof value === "number" && onChange({ ...serve, value: thousandths(value) })
                }
                min={0}
                max={100}
                step={1}
                decimalScale={3}
                clampBehavior="strict"
                suffix=" %"
                w={120}
              />
              <Slider
                thumbLabel={`Percentage of ${of}, slider`}
                value={serve.value}
                onChange={(value) => onChange({ ...serve, value: thousandths(value) })}
                min={0}
                max={100}
                step={0.001}
                label={(value) => `${value} %`}
                style={{ flex: "1 1 8rem" }}
                mb="sm"
              />
              <StickinessInput
                of={of}
                value={serve.stickiness}
                attributes={attributes}
                onChange={(stickiness) => onChange({ ...serve, stickiness })}
              />
            </>
          )}
        </Group>
      )}
      {serve.type === "percentage" && (
        <Text size="xs" c="dimmed">
          Whom the percentage leaves out goes on to the next rule.
        </Text>
      )}
    </Stack>
  );
}

function variantIn(serve: Served, variants: readonly string[]): string {
  if (serve.type !== "split") return serve.variant;
  const [largest] = Object.entries(serve.weights).sort(([, one], [, other]) => other - one);
  return largest?.[0] ?? variants[0] ?? "";
}

const STICKINESS = "userId";

function serveOfType(type: string, serve: Served, variants: readonly string[]): Served {
  const variant = variantIn(serve, variants);
  const stickiness = serve.type === "variant" ? STICKINESS : serve.stickiness;
  if (type === "variant") return { type: "variant", variant };
  if (type === "percentage")
    return { type: "percentage", variant, value: serve.type === "percentage" ? serve.value : 10, stickiness };
  return { type: "split", weights: evenly(variants), stickiness };
}

/** The first gets what does not divide. */
function evenly(variants: readonly string[]): Readonly<Record<string, number>> {
  const share = Math.floor(100_000 / Math.max(1, variants.length));
  const rest = 100_000 - share * variants.length;
  return Object.fromEntries(
    variants.map((variant, index) => [variant, (share + (index === 0 ? rest : 0)) / 1_000]),
  );
}

function thousandths(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}
