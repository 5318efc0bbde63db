import { Checkbox, Table, VisuallyHidden } from "@mantine/core";
import { useCallbackRef } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Environment } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { ToggleRow } from "./ToggleRow.tsx";
import type { FoundToggle } from "./toggle-search.ts";
import classes from "./toggle-table.module.css";
import { useQuickSwitch } from "./use-quick-switch.tsx";

export interface ToggleTableProps {
  readonly toggles: readonly FoundToggle[];
  /** Of all pages. */
  readonly total: number;
  readonly environments: readonly Environment[];
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

const ROW = 57;
const AHEAD = 6;
/** Before the last row is in sight, so that the next page is there in time. */
const ROWS_LEFT = 20;

/** Of thousands of toggles, only those rows that can be seen are there. */
export function ToggleTable({
  toggles,
  total,
  environments,
  selected,
  onSelect,
  hasMore,
  onMore,
}: ToggleTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [offset, setOffset] = useState(0);
  useEffect(() => setOffset(offsetOf(body.current)), []);
  const rows = useWindowVirtualizer({
    count: toggles.length,
    estimateSize: () => ROW,
    overscan: AHEAD,
    scrollMargin: offset,
    getItemKey: (index) => toggles[index]?.key ?? index,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each row that comes into sight, and for each page
  useEffect(() => {
    if (hasMore && last >= toggles.length - ROWS_LEFT) onMore();
  }, [last, toggles.length, hasMore]);

  const quickSwitch = useCallbackRef(useQuickSwitch());
  const select = useRowKeys({
    toggles,
    selected,
    onSelect,
    body,
    show: (index) => rows.scrollToIndex(index),
  });
  const isAll = toggles.length > 0 && toggles.every(({ key }) => selected.has(key));
  const before = (items[0]?.start ?? offset) - offset;
  const after = rows.getTotalSize() - ((items.at(-1)?.end ?? offset) - offset);
  return (
    <Table
      highlightOnHover
      className={classes.table}
      aria-rowcount={total + 1}
      aria-label="Toggles"
      verticalSpacing={0}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={40}>
            <Checkbox
              aria-label="Select all that are loaded"
              checked={isAll}
              indeterminate={!isAll && selected.size > 0}
              onChange={() => onSelect(isAll ? new Set() : new Set(toggles.map(({ key }) => key)))}
            />
          </Table.Th>
          <Table.Th>Toggle</Table.Th>
          <Table.Th visibleFrom="xl" w={90}>
            Type
          </Table.Th>
          {environments.map(({ key, name, critical }, index) => (
            <Table.Th key={key} visibleFrom={index === 0 ? undefined : "md"} className={classes.environment}>
              {name}
              {critical && <VisuallyHidden>, critical</VisuallyHidden>}
            </Table.Th>
          ))}
          <Table.Th visibleFrom="lg" w={110}>
            Last 7 days
          </Table.Th>
          <Table.Th visibleFrom="sm" w={120}>
            Changed
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody ref={body}>
        <Gap height={before} />
        {items.map(({ index }) => {
          const toggle = toggles[index];
          return (
            toggle && (
              <ToggleRow
                key={toggle.key}
                toggle={toggle}
                index={index}
                environments={environments}
                isSelected={selected.has(toggle.key)}
                onSelect={select}
                onSwitch={quickSwitch}
              />
            )
          );
        })}
        <Gap height={after} />
      </Table.Tbody>
    </Table>
  );
}

/** Stands for the rows that are not there. */
function Gap({ height }: { readonly height: number }): ReactNode {
  if (height <= 0) return null;
  return (
    <tr aria-hidden style={{ height }}>
      <td />
    </tr>
  );
}

interface RowKeys extends Pick<ToggleTableProps, "toggles" | "selected" | "onSelect"> {
  readonly body: { readonly current: HTMLElement | null };
  readonly show: (index: number) => void;
}

/** Goes through the rows by keys: j, k, x, Shift+X for all from the last one. The focus is on the row's link, so that Enter opens it. */
function useRowKeys({ toggles, selected, onSelect, body, show }: RowKeys) {
  const [current, setCurrent] = useState<number>();
  const [lastSelected, setLastSelected] = useState<number>();

  const go = (step: number) => {
    const next = Math.min(toggles.length - 1, Math.max(0, current === undefined ? 0 : current + step));
    setCurrent(next);
    show(next);
  };
  // The row may come into being by being scrolled to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time another row is the current one
  useEffect(() => {
    if (current === undefined) return undefined;
    const frame = requestAnimationFrame(() =>
      body.current
        ?.querySelector<HTMLElement>(`[aria-rowindex="${current + 2}"] a`)
        ?.focus({ preventScroll: true }),
    );
    return () => cancelAnimationFrame(frame);
  }, [current]);

  const select = (index: number, isRange: boolean) => {
    const key = toggles[index]?.key;
    if (key === undefined) return;
    const next = new Set(selected);
    if (isRange && lastSelected !== undefined) {
      const [from, to] = [Math.min(lastSelected, index), Math.max(lastSelected, index)];
      for (const each of toggles.slice(from, to + 1)) next.add(each.key);
    } else if (!next.delete(key)) next.add(key);
    setLastSelected(index);
    onSelect(next);
  };

  const section = "Toggles";
  const isThere = current !== undefined;
  useShortcut({ keys: "j", does: "Next toggle", section, run: () => go(1) });
  useShortcut({ keys: "k", does: "Toggle before", section, run: () => go(-1) });
  useShortcut(
    { keys: "x", does: "Select the toggle", section, run: () => select(current ?? 0, false) },
    isThere,
  );
  useShortcut(
    {
      keys: "X",
      does: "Select all from the last selected one",
      section,
      run: () => select(current ?? 0, true),
    },
    isThere,
  );
  return useCallbackRef(select);
}

function offsetOf(element: HTMLElement | null): number {
  return element ? element.getBoundingClientRect().top + window.scrollY : 0;
}
