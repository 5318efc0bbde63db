import { Alert, Button, Group, Radio, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useMemo, useState } from "react";
import { type Change, changesBetween } from "../draft/changes.ts";
import { draftOf, type SettingContent } from "../draft/draft.ts";
import type { DraftOfSetting } from "../draft/draft-store.ts";
import { type Choices, mergeDrafts, type Side } from "../draft/merge.ts";
import { Sentence } from "../sentences/Sentence.tsx";

export interface ConflictPanelProps {
  readonly draft: DraftOfSetting;
  /** As it is published by now. */
  readonly saved: SettingContent & { readonly version: number };
  /** Who published it, and when. */
  readonly by: React.ReactNode;
}

/** Somebody published while this draft was edited: what they changed, what you changed, and how both come together. */
export function ConflictPanel({ draft, saved, by }: ConflictPanelProps) {
  const [choices, setChoices] = useState<Choices>({});
  const theirs = useMemo(() => draftOf(saved), [saved]);
  const merged = mergeDrafts({ base: draft.base, theirs, mine: draft.draft }, choices);
  const theirChanges = useMemo(() => changesBetween(draft.base, theirs), [draft.base, theirs]);
  const rebase = (next: typeof merged.draft) =>
    draft.dispatch({ type: "rebase", version: saved.version, base: theirs, draft: next });
  return (
    <Alert
      color="yellow"
      variant="light"
      role="alert"
      title={`Version ${saved.version} was published while you edited version ${draft.version}`}
    >
      <Stack gap="md">
        <Text size="sm" component="div">
          {by}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <ChangeList title={`Theirs: version ${draft.version} to ${saved.version}`} changes={theirChanges} />
          <ChangeList title="Yours, not published" changes={draft.changes} />
        </SimpleGrid>
        {merged.conflicts.length > 0 ? (
          <Stack gap="sm">
            <Title order={3} size="h6">
              Both of you changed the same: choose
            </Title>
            {merged.conflicts.map((path) => (
              <Choice
                key={path}
                theirs={phraseOf(theirChanges, path)}
                mine={phraseOf(draft.changes, path)}
                side={choices[path] ?? "mine"}
                onChoose={(side) => setChoices({ ...choices, [path]: side })}
              />
            ))}
          </Stack>
        ) : (
          <Text size="sm">You changed different things, so both can stay.</Text>
        )}
        <Group gap="sm">
          <Button onClick={() => rebase(merged.draft)}>Put my changes onto version {saved.version}</Button>
          <Button variant="default" onClick={() => draft.forget()}>
            Drop my changes
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}

function ChangeList({ title, changes }: { readonly title: string; readonly changes: readonly Change[] }) {
  return (
    <Stack gap={4}>
      <Title order={3} size="h6">
        {title}
      </Title>
      {changes.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing that shows.
        </Text>
      )}
      {changes.map(({ path, phrase }) => (
        <Text key={path} size="sm" component="div">
          <Sentence phrase={phrase} />
        </Text>
      ))}
    </Stack>
  );
}

interface ChoiceProps {
  readonly theirs: Change | undefined;
  readonly mine: Change | undefined;
  readonly side: Side;
  readonly onChoose: (side: Side) => void;
}

function Choice({ theirs, mine, side, onChoose }: ChoiceProps) {
  return (
    <Radio.Group
      value={side}
      onChange={(value) => onChoose(value === "theirs" ? "theirs" : "mine")}
      aria-label="Which one stays"
    >
      <Stack gap={6}>
        <Radio
          value="mine"
          label={<span>Yours: {mine ? <Sentence phrase={mine.phrase} /> : "as it was"}</span>}
        />
        <Radio
          value="theirs"
          label={<span>Theirs: {theirs ? <Sentence phrase={theirs.phrase} /> : "as it was"}</span>}
        />
      </Stack>
    </Radio.Group>
  );
}

/** Of the path itself, or of what it is part of. */
function phraseOf(changes: readonly Change[], path: string): Change | undefined {
  return (
    changes.find((change) => change.path === path) ??
    changes.find((change) => change.path.startsWith(`${path}/`))
  );
}
