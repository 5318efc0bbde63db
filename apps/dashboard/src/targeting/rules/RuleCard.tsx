import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import {
  ActionIcon,
  Alert,
  Badge,
  Card,
  Collapse,
  Group,
  Menu,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { IconChevronDown, IconChevronRight, IconDots, IconGripVertical } from "@tabler/icons-react";
import { ConditionEditor } from "../conditions/ConditionEditor.tsx";
import { newId } from "../conditions/condition.ts";
import type { Known } from "../conditions/known.ts";
import type { DraftRule } from "../draft/draft.ts";
import type { DraftAction } from "../draft/draft-reducer.ts";
import { rowPhrase } from "../sentences/condition-phrase.ts";
import { capitalised } from "../sentences/phrase.ts";
import { Sentence } from "../sentences/Sentence.tsx";
import { servePhrase } from "../sentences/summary.ts";
import { ServeEditor } from "./ServeEditor.tsx";

export interface RuleCardProps {
  readonly rule: DraftRule;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  readonly variants: readonly string[];
  readonly known: Known;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** Of the simulated users, the share that it decides for. */
  readonly share: number | undefined;
  /** What was found of it: that it is never reached, or can't hold. */
  readonly findings: readonly string[];
  /** Whether the tester's user ends here. */
  readonly isMatched: boolean;
  readonly isEditable: boolean;
  readonly dispatch: (action: DraftAction) => void;
}

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

export function RuleCard(props: RuleCardProps) {
  const { rule, index, variants, known, isOpen, findings, isMatched, isEditable, dispatch } = props;
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({
      id: rule.id,
      disabled: !isEditable,
    });
  const name = `rule ${index + 1}`;
  return (
    <Card
      ref={setNodeRef}
      component="li"
      withBorder
      padding="sm"
      aria-label={`Rule ${index + 1}${rule.title === "" ? "" : `: ${rule.title}`}`}
      style={{
        transform: CSS.Translate.toString(transform),
        transition,
        opacity: isDragging ? 0.6 : 1,
        ...(isMatched && { outline: "2px solid var(--mantine-primary-color-filled)" }),
      }}
    >
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <ActionIcon
          ref={setActivatorNodeRef}
          {...attributes}
          {...listeners}
          variant="subtle"
          color="gray"
          size={28}
          aria-label={`Move ${name}: press space, then arrow keys`}
          style={{ cursor: isEditable ? "grab" : "default", touchAction: "none" }}
        >
          <IconGripVertical size={18} />
        </ActionIcon>
        <RuleHead {...props} />
        <RuleMenu {...props} name={name} />
      </Group>
      {findings.map((finding) => (
        <Alert key={finding} color="yellow" variant="light" mt="xs" p="xs">
          <Text size="sm">{finding}</Text>
        </Alert>
      ))}
      <Collapse expanded={isOpen}>
        {isOpen && (
          <fieldset disabled={!isEditable} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
            <Stack gap="md" mt="md">
              <TextInput
                label="Title"
                aria-label={`Title of ${name}`}
                placeholder="What people call this rule"
                value={rule.title}
                maxLength={100}
                onChange={({ currentTarget: { value } }) =>
                  dispatch({ type: "titleRule", id: rule.id, title: value })
                }
              />
              <ConditionEditor
                condition={rule.condition}
                of={name}
                known={known}
                onChange={(condition) => dispatch({ type: "conditionRule", id: rule.id, condition })}
              />
              <ServeEditor
                serve={rule.serve}
                variants={variants}
                of={name}
                attributes={known.attributes.map((each) => each.name)}
                onChange={(serve) => dispatch({ type: "serveRule", id: rule.id, serve })}
              />
            </Stack>
          </fieldset>
        )}
      </Collapse>
    </Card>
  );
}

function RuleHead({ rule, index, isOpen, onToggle, share }: RuleCardProps) {
  return (
    <UnstyledButton onClick={onToggle} aria-expanded={isOpen} style={{ flex: 1, minWidth: 0 }}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        {isOpen ? (
          <IconChevronDown size={18} style={{ flex: "none", marginTop: 4 }} />
        ) : (
          <IconChevronRight size={18} style={{ flex: "none", marginTop: 4 }} />
        )}
        <Stack gap={6} miw={0} style={{ flex: 1 }}>
          <Group gap="xs" justify="space-between">
            <Text fw={600} style={{ overflowWrap: "anywhere" }}>
              {rule.title === "" ? `Rule ${index + 1}` : rule.title}
            </Text>
            {share !== undefined && (
              <Text size="xs" c="dimmed">
                decides for {percent.format(share)}
              </Text>
            )}
          </Group>
          {!isOpen && (
            <>
              <ConditionChips rule={rule} />
              <Text size="sm" component="div">
                <Sentence phrase={capitalised(servePhrase(rule.serve))} />
              </Text>
            </>
          )}
        </Stack>
      </Group>
    </UnstyledButton>
  );
}

function ConditionChips({ rule: { condition } }: Pick<RuleCardProps, "rule">) {
  if (condition.mode === "text" || condition.rows.length === 0) {
    const text = condition.mode === "text" ? condition.text : "Everyone";
    return (
      <Group gap={6}>
        <Chip>{text}</Chip>
      </Group>
    );
  }
  return (
    <Group gap={6}>
      {condition.rows.map((row, index) => (
        <Group key={row.id} gap={6} wrap="nowrap">
          {index > 0 && (
            <Text size="xs" c="dimmed">
              {condition.join === "all" ? "and" : "or"}
            </Text>
          )}
          <Chip>
            <Sentence phrase={rowPhrase(row)} />
          </Chip>
        </Group>
      ))}
    </Group>
  );
}

function Chip({ children }: { readonly children: React.ReactNode }) {
  return (
    <Badge
      variant="default"
      tt="none"
      fw={400}
      radius="sm"
      h="auto"
      py={3}
      style={{ whiteSpace: "normal", overflowWrap: "anywhere" }}
    >
      {children}
    </Badge>
  );
}

function RuleMenu({
  rule,
  index,
  count,
  name,
  isEditable,
  dispatch,
}: RuleCardProps & { readonly name: string }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={`What to do with ${name}`}
          disabled={!isEditable}
        >
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          disabled={index === 0}
          onClick={() => dispatch({ type: "moveRule", id: rule.id, to: index - 1 })}
        >
          Move up
        </Menu.Item>
        <Menu.Item
          disabled={index === count - 1}
          onClick={() => dispatch({ type: "moveRule", id: rule.id, to: index + 1 })}
        >
          Move down
        </Menu.Item>
        <Menu.Item onClick={() => dispatch({ type: "duplicateRule", id: rule.id, copyId: newId() })}>
          Duplicate
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => dispatch({ type: "removeRule", id: rule.id })}>
          Delete
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
