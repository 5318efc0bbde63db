/** A plan as a picture: time from left to right, the share upwards, and a line that says now. */
import { useElementSize } from "@mantine/hooks";
import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { momentText } from "./time-zone.ts";
import type { Timeline, TimelinePoint } from "./timeline.ts";
import { percentText } from "./wording.ts";

export interface StepLineProps {
  readonly timeline: Timeline;
  readonly label: string;
  readonly timeZone: string;
  /** Left out where nothing runs yet. */
  readonly nowMs?: number | undefined;
  /** Left out where nothing may be changed. */
  readonly onPercent?: ((step: number, percent: number) => void) | undefined;
}

const HEIGHT = 240;
const EDGE = { left: 48, right: 20, top: 16, bottom: 32 };
const LINES = [0, 25, 50, 75, 100];
const LEAST_WIDTH = 260;
/** Of a tick's text. */
const TICK_WIDTH = 130;

export function StepLine({ timeline: { points, endMs }, label, timeZone, nowMs, onPercent }: StepLineProps) {
  const { ref, width: measured } = useElementSize();
  const picture = useRef<SVGSVGElement>(null);
  const width = Math.max(measured, LEAST_WIDTH);
  const fromMs = points[0]?.atMs ?? nowMs ?? 0;
  const untilMs = Math.max(endMs, nowMs ?? 0, fromMs + 60_000);
  const x = (ms: number) =>
    EDGE.left + ((ms - fromMs) / (untilMs - fromMs)) * (width - EDGE.left - EDGE.right);
  const y = (percent: number) => HEIGHT - EDGE.bottom - (percent / 100) * (HEIGHT - EDGE.top - EDGE.bottom);
  const percentAt = (clientY: number) => {
    const top = picture.current?.getBoundingClientRect().top ?? 0;
    return inBounds(
      Math.round(((HEIGHT - EDGE.bottom - (clientY - top)) / (HEIGHT - EDGE.top - EDGE.bottom)) * 100),
    );
  };
  const past = pathOf(
    points.filter(({ isPast }) => isPast),
    x,
    y,
    Math.min(nowMs ?? untilMs, untilMs),
  );
  const planned = pathOf(plannedPoints(points, nowMs), x, y, untilMs);
  return (
    <div ref={ref}>
      <svg
        ref={picture}
        width={width}
        height={HEIGHT}
        role={onPercent ? "group" : "img"}
        aria-label={label}
        style={{ display: "block", maxWidth: "100%" }}
      >
        {LINES.map((percent) => (
          <g key={percent} aria-hidden>
            <line
              x1={EDGE.left}
              x2={width - EDGE.right}
              y1={y(percent)}
              y2={y(percent)}
              stroke="var(--mantine-color-default-border)"
            />
            <text
              x={EDGE.left - 8}
              y={y(percent) + 4}
              textAnchor="end"
              fontSize={11}
              fill="var(--mantine-color-dimmed)"
            >
              {percent} %
            </text>
          </g>
        ))}
        {ticksOf(fromMs, untilMs, width).map((ms, index, all) => (
          <text
            key={ms}
            aria-hidden
            x={x(ms)}
            y={HEIGHT - 10}
            fontSize={11}
            textAnchor={index === 0 ? "start" : index === all.length - 1 ? "end" : "middle"}
            fill="var(--mantine-color-dimmed)"
          >
            {momentText(ms, timeZone)}
          </text>
        ))}
        <path
          d={planned}
          fill="none"
          stroke="var(--mantine-color-dimmed)"
          strokeWidth={2}
          strokeDasharray="5 4"
          aria-hidden
        />
        <path
          d={past}
          fill="none"
          stroke="var(--mantine-primary-color-filled)"
          strokeWidth={2.5}
          aria-hidden
        />
        {nowMs !== undefined && (
          <g aria-hidden>
            <line
              x1={x(nowMs)}
              x2={x(nowMs)}
              y1={EDGE.top}
              y2={HEIGHT - EDGE.bottom}
              stroke="var(--mantine-color-error)"
            />
            <text
              x={x(nowMs)}
              y={EDGE.top - 4}
              fontSize={11}
              textAnchor="middle"
              fill="var(--mantine-color-error)"
            >
              now
            </text>
          </g>
        )}
        {points
          .filter(({ step }) => step > 0)
          .map((point) => (
            <Milestone
              key={`${point.step} ${point.atMs}`}
              point={point}
              at={{ x: x(point.atMs), y: y(point.percent) }}
              percentAt={percentAt}
              onPercent={point.isPast ? undefined : onPercent}
            />
          ))}
      </svg>
    </div>
  );
}

interface MilestoneProps {
  readonly point: TimelinePoint;
  readonly at: { readonly x: number; readonly y: number };
  readonly percentAt: (clientY: number) => number;
  readonly onPercent: StepLineProps["onPercent"];
}

/** A step's point, which can be drawn up and down, or moved by the arrow keys; the table beside it does the same. */
function Milestone({
  point: { step, percent, isPast, isEarliest },
  at,
  percentAt,
  onPercent,
}: MilestoneProps) {
  const fill = isPast ? "var(--mantine-primary-color-filled)" : "var(--mantine-color-body)";
  const dot = (
    <circle
      cx={at.x}
      cy={at.y}
      r={6}
      fill={fill}
      stroke="var(--mantine-primary-color-filled)"
      strokeWidth={2}
      strokeDasharray={isEarliest ? "3 2" : undefined}
    />
  );
  if (!onPercent) return <g aria-hidden>{dot}</g>;
  const move = (event: PointerEvent<SVGGElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onPercent(step, percentAt(event.clientY));
  };
  return (
    <g
      role="slider"
      tabIndex={0}
      aria-label={`Share of step ${step}`}
      aria-orientation="vertical"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={percentText(percent)}
      style={{ cursor: "ns-resize", touchAction: "none" }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={move}
      onKeyDown={(event) => {
        const by = stepOf(event);
        if (by === undefined) return;
        event.preventDefault();
        onPercent(step, inBounds(percent + by));
      }}
    >
      <circle cx={at.x} cy={at.y} r={14} fill="transparent" />
      {dot}
    </g>
  );
}

function stepOf({ key }: KeyboardEvent): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: 1,
    ArrowRight: 1,
    ArrowDown: -1,
    ArrowLeft: -1,
    PageUp: 10,
    PageDown: -10,
  };
  return steps[key];
}

function inBounds(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

/** What is to come goes on from what stands now. */
function plannedPoints(
  points: readonly TimelinePoint[],
  nowMs: number | undefined,
): readonly TimelinePoint[] {
  const last = points.findLast(({ isPast }) => isPast);
  const future = points.filter(({ isPast }) => !isPast);
  if (!last || future.length === 0) return future;
  return [{ ...last, atMs: nowMs ?? last.atMs }, ...future];
}

function pathOf(
  points: readonly TimelinePoint[],
  x: (ms: number) => number,
  y: (percent: number) => number,
  untilMs: number,
): string {
  const [first, ...others] = points;
  if (!first) return "";
  const steps = others.map(({ atMs, percent }) => `H${x(atMs)}V${y(percent)}`).join("");
  return `M${x(first.atMs)},${y(first.percent)}${steps}H${x(untilMs)}`;
}

function ticksOf(fromMs: number, untilMs: number, width: number): readonly number[] {
  const count = Math.max(2, Math.min(5, Math.floor(width / TICK_WIDTH)));
  return Array.from({ length: count }, (_, index) => fromMs + ((untilMs - fromMs) * index) / (count - 1));
}
