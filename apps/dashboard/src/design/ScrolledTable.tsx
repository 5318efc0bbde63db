import { Table, type TableProps } from "@mantine/core";
import type { ReactNode } from "react";

export interface ScrolledTableProps extends TableProps {
  /** What is in it, for who can't see it. */
  readonly label: string;
  readonly minWidth?: number;
  readonly children: ReactNode;
}

/** A table that is scrolled by itself where the page is narrow, by keyboard too. */
export function ScrolledTable({ label, minWidth = 560, children, ...more }: ScrolledTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what is scrolled is reached by keyboard
    <section aria-label={label} tabIndex={0} style={{ overflowX: "auto" }}>
      <Table verticalSpacing="xs" miw={minWidth} {...more}>
        {children}
      </Table>
    </section>
  );
}
