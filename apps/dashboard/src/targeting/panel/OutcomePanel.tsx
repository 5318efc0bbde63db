import { Alert, Card, List, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { OutcomeBar } from "../../design/OutcomeBar.tsx";
import { ProblemPanel } from "../../design/ProblemPanel.tsx";
import type { Draft } from "../draft/draft.ts";
import { movedUsers, type Outcome, type Tally } from "../outcome/outcome.ts";
import { Sentence } from "../sentences/Sentence.tsx";
import { summaryOf } from "../sentences/summary.ts";
import type { Tried } from "./use-outcome.ts";

export interface OutcomePanelProps {
  readonly tried: Tried;
  readonly draft: Draft;
  readonly variants: readonly string[];
  readonly isChanged: boolean;
}

const count = new Intl.NumberFormat("en");
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** What the draft comes to: who gets what, who moves, and the whole of it in sentences. */
export function OutcomePanel({ tried: { outcome, error }, draft, variants, isChanged }: OutcomePanelProps) {
  return (
    <Stack gap="md">
      <Card component="section" aria-labelledby="outcome" withBorder padding="md">
        <Stack gap="sm">
          <Title order={2} size="h5" id="outcome">
            Who gets what
          </Title>
          {error ? (
            <ProblemPanel error={error} />
          ) : (
            <OutcomeOf outcome={outcome} variants={variants} isChanged={isChanged} />
          )}
        </Stack>
      </Card>
      <Card component="section" aria-labelledby="in-words" withBorder padding="md">
        <Stack gap="sm">
          <Title order={2} size="h5" id="in-words">
            In words
          </Title>
          <List size="sm" spacing={6} listStyleType="none" data-testid="summary">
            {summaryOf(draft).map((phrase, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two rules may say the same, and their order is all that tells them apart
              <List.Item key={index}>
                <Sentence phrase={phrase} />
              </List.Item>
            ))}
          </List>
        </Stack>
      </Card>
    </Stack>
  );
}

interface OutcomeOfProps extends Pick<OutcomePanelProps, "variants" | "isChanged"> {
  readonly outcome: Outcome | undefined;
}

function OutcomeOf({ outcome, variants, isChanged }: OutcomeOfProps) {
  if (!outcome) return <Skeleton height={72} />;
  return (
    <Stack gap="sm">
      {isChanged && <Labelled label="Now" tally={outcome.before} users={outcome.users} variants={variants} />}
      <Labelled
        label={isChanged ? "With this draft" : undefined}
        tally={outcome.after}
        users={outcome.users}
        variants={variants}
      />
      {isChanged && <BlastRadius outcome={outcome} />}
      <Text size="xs" c="dimmed">
        Of {count.format(outcome.users)} made-up users: each attribute that a rule looks at has, evenly, the
        values that rules name and one beside them.
      </Text>
    </Stack>
  );
}

interface LabelledProps {
  readonly label: string | undefined;
  readonly tally: Tally;
  readonly users: number;
  readonly variants: readonly string[];
}

function Labelled({ label, tally, users, variants }: LabelledProps) {
  const others = [...tally.keys()].filter((variant) => !variants.includes(variant));
  const outcomes = [...variants, ...others]
    .map((variant) => ({ variant, share: (tally.get(variant) ?? 0) / users }))
    .filter(({ share }) => share > 0);
  return (
    <div>
      {label !== undefined && (
        <Text size="xs" c="dimmed" mb={4}>
          {label}
        </Text>
      )}
      <OutcomeBar outcomes={outcomes} variants={variants} />
    </div>
  );
}

/** Who gets something else than now. */
export function BlastRadius({ outcome }: { readonly outcome: Outcome }) {
  const moved = movedUsers(outcome);
  if (moved === 0) {
    return (
      <Text size="sm" role="status">
        Nobody of them gets something else than now.
      </Text>
    );
  }
  return (
    <Alert
      variant="light"
      color="indigo"
      p="sm"
      title={`${percent.format(moved / outcome.users)} would get something else`}
    >
      <Table withRowBorders={false} verticalSpacing={2} aria-label="Who gets something else">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Now</Table.Th>
            <Table.Th>Then</Table.Th>
            <Table.Th ta="right">Users</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {outcome.moves.map(({ from, to, users }) => (
            <Table.Tr key={`${from} ${to}`}>
              <Table.Td>{from}</Table.Td>
              <Table.Td>{to}</Table.Td>
              <Table.Td ta="right">{count.format(users)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}
