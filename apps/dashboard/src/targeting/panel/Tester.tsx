import type { EvaluationContext } from "@burgee/engine";
import { explain } from "@burgee/engine/explain";
import { Badge, Button, Card, Collapse, Group, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useDeferredValue, useMemo } from "react";
import { ContextEditor } from "../../playground/ContextEditor.tsx";
import { readContext } from "../../playground/context-text.ts";
import { Trace } from "../../playground/Trace.tsx";
import type { Draft } from "../draft/draft.ts";
import { compileDraft, rulesetWith } from "../outcome/compile-draft.ts";
import type { Tried } from "./use-outcome.ts";

export interface TesterProps {
  readonly tried: Tried;
  readonly draft: Draft;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** One user of one's own choice: what they get by the draft, and by which rule. */
export function Tester({ tried, draft, text, onChange }: TesterProps) {
  const explanation = useTested(tried, draft, text);
  const [isOpen, { toggle }] = useDisclosure(false);
  const evaluation = explanation?.evaluation;
  return (
    <Card component="section" aria-labelledby="tester" withBorder padding="md">
      <Stack gap="sm">
        <Title order={2} size="h5" id="tester">
          Try one user
        </Title>
        <ContextEditor
          text={text}
          onChange={onChange}
          attributes={tried.basis?.attributes ?? {}}
          label="Context of the user"
        />
        {evaluation && (
          <Group gap="xs" role="status">
            <Text size="sm">Gets</Text>
            <Badge tt="none" variant="light" size="lg">
              {evaluation.variant ?? "the program's own default"}
            </Badge>
            <Text size="sm" c="dimmed">
              {deciderOf(draft, evaluation)}
            </Text>
          </Group>
        )}
        {explanation?.trace && (
          <>
            <Button
              variant="subtle"
              size="compact-sm"
              w="fit-content"
              onClick={toggle}
              aria-expanded={isOpen}
            >
              {isOpen ? "Hide why" : "Why?"}
            </Button>
            <Collapse expanded={isOpen}>
              {isOpen && <Trace trace={explanation.trace} titles={titlesOf(draft)} />}
            </Collapse>
          </>
        )}
      </Stack>
    </Card>
  );
}

export function useTested({ basis, matches }: Tried, draft: Draft, text: string) {
  const deferred = useDeferredValue(draft);
  return useMemo(() => {
    const read = readContext(text);
    if (!basis || !read.ok || Object.keys(read.context).length === 0) return undefined;
    return explained(basis, deferred, read.context, matches);
  }, [basis, deferred, matches, text]);
}

function explained(
  basis: NonNullable<Tried["basis"]>,
  draft: Draft,
  context: EvaluationContext,
  matches: Tried["matches"],
) {
  return explain(rulesetWith(basis, compileDraft(basis, draft)), basis.toggle.key, context, { matches });
}

function titlesOf({ rules }: Draft): Readonly<Record<string, string>> {
  return Object.fromEntries(rules.map(({ id, title }) => [id, title]));
}

function deciderOf(
  draft: Draft,
  { ruleId, reason }: { readonly ruleId?: string; readonly reason: string },
): string {
  const index = draft.rules.findIndex(({ id }) => id === ruleId);
  if (index >= 0)
    return `by rule ${index + 1}${draft.rules[index]?.title ? `, ${draft.rules[index].title}` : ""}`;
  if (reason === "DISABLED") return "because the toggle is off";
  return reason === "TARGETING_MATCH" ? "as an individual target" : "by the default rule";
}
