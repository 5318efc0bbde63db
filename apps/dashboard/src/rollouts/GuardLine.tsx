import type { GuardView } from "./plan.ts";

export interface GuardLineProps {
  /** The oldest first. */
  readonly points: GuardView["series"];
  readonly name: string;
}

const [WIDTH, HEIGHT, EDGE] = [200, 56, 4];
const number = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** What is measured minute by minute, of who has it, of who has not, and what the former are held to. */
export function GuardLine({ points, name }: GuardLineProps) {
  const all = points.flatMap(({ treatment, control, threshold }) => [treatment, control, threshold]);
  const most = Math.max(...all.filter((value) => value !== null), Number.MIN_VALUE);
  const line = (pick: (point: GuardLineProps["points"][number]) => number | null) =>
    points
      .flatMap((point, index) => {
        const value = pick(point);
        if (value === null) return [];
        const x = EDGE + (index / (points.length - 1)) * (WIDTH - 2 * EDGE);
        return [`${x},${HEIGHT - EDGE - (value / most) * (HEIGHT - 2 * EDGE)}`];
      })
      .join(" ");
  const last = points.at(-1);
  const said = (value: number | null | undefined) => (value == null ? "not known" : number.format(value));
  const label = `${name}: treatment ${said(last?.treatment)}, control ${said(last?.control)}, held to ${said(last?.threshold)}`;
  return (
    <svg width={WIDTH} height={HEIGHT} role="img" aria-label={label}>
      <polyline
        points={line(({ control }) => control)}
        fill="none"
        stroke="var(--mantine-color-dimmed)"
        strokeWidth={1.5}
      />
      <polyline
        points={line(({ threshold }) => threshold)}
        fill="none"
        stroke="var(--mantine-color-error)"
        strokeWidth={1.5}
        strokeDasharray="4 3"
      />
      <polyline
        points={line(({ treatment }) => treatment)}
        fill="none"
        stroke="var(--mantine-primary-color-filled)"
        strokeWidth={2}
      />
    </svg>
  );
}
