/** How much happened on each day, and a way to choose some of them: drawn over, or by the fields beside it. */
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useState } from "react";

export interface DayCount {
  /** `2026-12-01`, in UTC. */
  readonly day: string;
  readonly count: number;
}

export interface DayBrushProps {
  /** Every day in a row, the oldest first. */
  readonly days: readonly DayCount[];
  readonly chosen: { readonly from: string | undefined; readonly to: string | undefined };
  readonly onChoose: (from: string, to: string) => void;
  readonly label: string;
}

const HEIGHT = 96;
const EDGE = { bottom: 20, top: 6 };
const LEAST_WIDTH = 240;
const WIDEST_DAY = 44;
/** Of the first and the last day beside each other. */
const TEXTS_WIDTH = 150;

export function DayBrush({ days, chosen, onChoose, label }: DayBrushProps) {
  const { ref, width: measured } = useElementSize();
  const [drawn, setDrawn] = useState<{ readonly first: number; readonly last: number }>();
  const width = Math.max(measured, LEAST_WIDTH);
  const each = Math.min(WIDEST_DAY, width / Math.max(1, days.length));
  const end = each * days.length;
  const most = Math.max(1, ...days.map(({ count }) => count));
  const indexAt = ({ clientX, currentTarget }: PointerEvent<SVGSVGElement>) =>
    Math.min(
      days.length - 1,
      Math.max(0, Math.floor((clientX - currentTarget.getBoundingClientRect().left) / each)),
    );
  const isIn = (index: number, day: string) =>
    drawn
      ? index >= Math.min(drawn.first, drawn.last) && index <= Math.max(drawn.first, drawn.last)
      : (chosen.from === undefined || day >= chosen.from) && (chosen.to === undefined || day <= chosen.to);
  return (
    <div ref={ref}>
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={label}
        style={{ display: "block", maxWidth: "100%", touchAction: "pan-y", cursor: "crosshair" }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          const index = indexAt(event);
          setDrawn({ first: index, last: index });
        }}
        onPointerMove={(event) => drawn && setDrawn({ ...drawn, last: indexAt(event) })}
        onPointerUp={() => {
          if (!drawn) return;
          const [from, to] = [
            days[Math.min(drawn.first, drawn.last)],
            days[Math.max(drawn.first, drawn.last)],
          ];
          setDrawn(undefined);
          if (from && to) onChoose(from.day, to.day);
        }}
      >
        {days.map(({ day, count }, index) => {
          const height = (count / most) * (HEIGHT - EDGE.bottom - EDGE.top);
          return (
            <rect
              key={day}
              x={index * each + 1}
              width={Math.max(1, each - 2)}
              y={HEIGHT - EDGE.bottom - height}
              height={height}
              fill={
                isIn(index, day)
                  ? "var(--mantine-primary-color-filled)"
                  : "var(--mantine-color-default-border)"
              }
            >
              <title>{`${day}: ${count}`}</title>
            </rect>
          );
        })}
        <line
          x1={0}
          x2={width}
          y1={HEIGHT - EDGE.bottom}
          y2={HEIGHT - EDGE.bottom}
          stroke="var(--mantine-color-default-border)"
        />
        <text x={0} y={HEIGHT - 5} fontSize={11} fill="var(--mantine-color-dimmed)">
          {days[0]?.day}
        </text>
        {end > TEXTS_WIDTH && (
          <text x={end} y={HEIGHT - 5} fontSize={11} textAnchor="end" fill="var(--mantine-color-dimmed)">
            {days.at(-1)?.day}
          </text>
        )}
      </svg>
    </div>
  );
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 120;

/** Every day from the first to the last that there are, those without anything among them. */
export function daysInRow(
  found: readonly { readonly value: string; readonly count: number }[],
): readonly DayCount[] {
  const counts = new Map(found.map(({ value, count }) => [value, count]));
  const sorted = [...counts.keys()].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const lastMs = Date.parse(last);
  const firstMs = Math.max(Date.parse(first), lastMs - (MOST_DAYS - 1) * DAY_MS);
  return Array.from({ length: (lastMs - firstMs) / DAY_MS + 1 }, (_, index) => {
    const day = new Date(firstMs + index * DAY_MS).toISOString().slice(0, 10);
    return { day, count: counts.get(day) ?? 0 };
  });
}
