/** Evaluations over time, stacked by variant, with a mark wherever the setting was changed. */
import { Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { variantColour } from "../design/variant-colour.ts";
import { type Column, FALLBACK } from "./columns.ts";

export interface ChangeMark {
  readonly version: number;
  readonly atMs: number;
}

export interface StackedColumnsProps {
  readonly columns: readonly Column[];
  /** As the toggle declares them, which is how they have their colours. */
  readonly variants: readonly string[];
  readonly marks: readonly ChangeMark[];
  readonly label: string;
}

const HEIGHT = 240;
const EDGE = { left: 56, right: 12, top: 22, bottom: 28 };
const LEAST_WIDTH = 260;
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const day = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

export function StackedColumns({ columns, variants, marks, label }: StackedColumnsProps) {
  const { ref, width: measured } = useElementSize();
  const width = Math.max(measured, LEAST_WIDTH);
  const most = Math.max(1, ...columns.map(({ total }) => total));
  const [first, last] = [columns[0], columns.at(-1)];
  const [fromMs, toMs] = [first?.fromMs ?? 0, last?.toMs ?? 1];
  const x = (ms: number) => EDGE.left + ((ms - fromMs) / (toMs - fromMs)) * (width - EDGE.left - EDGE.right);
  const tall = (count: number) => (count / most) * (HEIGHT - EDGE.top - EDGE.bottom);
  const stack = [...variants, FALLBACK];
  return (
    <div ref={ref}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={label}
        style={{ display: "block", maxWidth: "100%" }}
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              x1={EDGE.left}
              x2={width - EDGE.right}
              y1={HEIGHT - EDGE.bottom - tall(most * part)}
              y2={HEIGHT - EDGE.bottom - tall(most * part)}
              stroke="var(--mantine-color-default-border)"
            />
            <text
              x={EDGE.left - 8}
              y={HEIGHT - EDGE.bottom - tall(most * part) + 4}
              textAnchor="end"
              fontSize={11}
              fill="var(--mantine-color-dimmed)"
            >
              {compact.format(most * part)}
            </text>
          </g>
        ))}
        {columns.map(({ fromMs: start, toMs: end, counts }) => {
          let below = 0;
          return stack.map((variant, index) => {
            const count = counts[variant] ?? 0;
            if (count === 0) return null;
            below += count;
            return (
              <rect
                key={`${start} ${variant}`}
                x={x(start) + 1}
                width={Math.max(1, x(end) - x(start) - 2)}
                y={HEIGHT - EDGE.bottom - tall(below)}
                height={tall(count)}
                fill={variantColour(variant === FALLBACK ? -1 : index)}
              >
                <title>{`${day.format(start)}: ${compact.format(count)} ${variant}`}</title>
              </rect>
            );
          });
        })}
        {marks.map(({ version, atMs }) => (
          <g key={version}>
            <line
              x1={x(atMs)}
              x2={x(atMs)}
              y1={EDGE.top}
              y2={HEIGHT - EDGE.bottom}
              stroke="var(--mantine-color-text)"
              strokeDasharray="3 3"
            />
            <text
              x={x(atMs)}
              y={EDGE.top - 8}
              textAnchor="middle"
              fontSize={11}
              fill="var(--mantine-color-text)"
            >
              v{version}
            </text>
          </g>
        ))}
        <text x={EDGE.left} y={HEIGHT - 8} fontSize={11} fill="var(--mantine-color-dimmed)">
          {day.format(fromMs)}
        </text>
        <text
          x={width - EDGE.right}
          y={HEIGHT - 8}
          fontSize={11}
          textAnchor="end"
          fill="var(--mantine-color-dimmed)"
        >
          {day.format(toMs)}
        </text>
      </svg>
      <Group gap="md" mt={4}>
        {stack
          .filter((variant) => columns.some(({ counts }) => (counts[variant] ?? 0) > 0))
          .map((variant) => (
            <Group key={variant} gap={6}>
              <span
                aria-hidden
                style={{
                  width: 10,
                  height: 10,
                  borderRadius: 2,
                  background: variantColour(variant === FALLBACK ? -1 : stack.indexOf(variant)),
                }}
              />
              <Text size="xs">{variant}</Text>
            </Group>
          ))}
        {marks.length > 0 && (
          <Text size="xs" c="dimmed">
            Dashed: the setting was changed.
          </Text>
        )}
      </Group>
    </div>
  );
}
