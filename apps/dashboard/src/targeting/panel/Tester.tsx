import { Badge, Button, Card, Collapse, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { ContextEditor } from "../../playground/ContextEditor.tsx";
import type { Draft } from "../draft/draft.ts";
import type { Tried } from "./use-outcome.ts";
import { useTested } from "./use-tested.ts";

const Trace = lazy(async () => ({ default: (await import("../../playground/Trace.tsx")).Trace }));

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
              {isOpen && (
                <Suspense fallback={<Skeleton height={120} />}>
                  <Trace trace={explanation.trace} titles={titlesOf(draft)} />
                </Suspense>
              )}
            </Collapse>
          </>
        )}
      </Stack>
    </Card>
  );
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
