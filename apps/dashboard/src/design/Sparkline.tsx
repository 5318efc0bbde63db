export interface SparklineProps {
  /** The oldest first. */
  readonly values: readonly number[];
  /** One sentence: what it shows. */
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}

/** A line of a few numbers, as small as a word. Weighs nothing: no chart library is loaded for it. */
export function Sparkline({ values, label, width = 88, height = 22 }: SparklineProps) {
  const most = Math.max(1, ...values);
  const step = values.length > 1 ? (width - 2) / (values.length - 1) : 0;
  const points = values
    .map((value, index) => `${1 + index * step},${height - 1 - (value / most) * (height - 2)}`)
    .join(" ");
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <polyline
        points={points}
        fill="none"
        stroke="var(--mantine-primary-color-filled)"
        strokeWidth={1.5}
        strokeLinejoin="round"
      />
    </svg>
  );
}
