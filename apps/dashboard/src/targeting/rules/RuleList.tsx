import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Button, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { newId } from "../conditions/condition.ts";
import type { Known } from "../conditions/known.ts";
import type { DraftRule } from "../draft/draft.ts";
import type { DraftAction } from "../draft/draft-reducer.ts";
import { RuleCard } from "./RuleCard.tsx";

export interface RuleListProps {
  readonly rules: readonly DraftRule[];
  readonly variants: readonly string[];
  readonly known: Known;
  /** By rule's id, the share of the simulated users that it decides for. */
  readonly shares: ReadonlyMap<string, number> | undefined;
  readonly findings: ReadonlyMap<string, readonly string[]>;
  readonly matchedRule: string | undefined;
  readonly isEditable: boolean;
  readonly dispatch: (action: DraftAction) => void;
}

/** The rules in the order in which they are asked; the first that matches and serves, decides. */
export function RuleList({
  rules,
  variants,
  known,
  shares,
  findings,
  matchedRule,
  isEditable,
  dispatch,
}: RuleListProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const toggle = (id: string) =>
    setOpen((ids) => (ids.has(id) ? new Set([...ids].filter((each) => each !== id)) : new Set([...ids, id])));
  const add = () => {
    const id = newId();
    const row = { id: newId(), attribute: "", operator: "isOneOf", values: [] } as const;
    const condition = { mode: "rows", join: "all", rows: [row] } as const;
    dispatch({
      type: "addRule",
      rule: { id, title: "", condition, serve: { type: "variant", variant: variants[0] ?? "" } },
    });
    setOpen((ids) => new Set([...ids, id]));
  };
  return (
    <Stack gap="sm">
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={({ active, over }) => {
          const to = rules.findIndex(({ id }) => id === over?.id);
          if (to >= 0 && active.id !== over?.id) dispatch({ type: "moveRule", id: String(active.id), to });
        }}
      >
        <SortableContext items={rules.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
          <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: "none" }}>
            {rules.map((rule, index) => (
              <RuleCard
                key={rule.id}
                rule={rule}
                index={index}
                count={rules.length}
                variants={variants}
                known={known}
                isOpen={open.has(rule.id)}
                onToggle={() => toggle(rule.id)}
                share={shares && (shares.get(rule.id) ?? 0)}
                findings={findings.get(rule.id) ?? []}
                isMatched={matchedRule === rule.id}
                isEditable={isEditable}
                dispatch={dispatch}
              />
            ))}
          </Stack>
        </SortableContext>
      </DndContext>
      {isEditable && (
        <Button
          variant="default"
          w="fit-content"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={add}
        >
          Add a rule
        </Button>
      )}
    </Stack>
  );
}
