import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Allowed } from "../design/Allowed.tsx";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { ConditionField } from "./ConditionField.tsx";
import { IdListField } from "./IdListField.tsx";
import { idsIn } from "./ids-in.ts";
import type { Segment } from "./use-segments.ts";

/** What is written of a segment. A list that was uploaded whole is left as it is. */
export interface WrittenSegment {
  readonly description: string;
  readonly condition: string | null;
  readonly stickiness: string;
  readonly include?: string[];
  readonly exclude?: string[];
}

export interface SegmentFormProps {
  readonly segment: Segment | undefined;
  readonly isSaving: boolean;
  readonly error: unknown;
  readonly onSave: (written: WrittenSegment) => void;
}

export function SegmentForm({ segment, isSaving, error, onSave }: SegmentFormProps) {
  const [description, setDescription] = useState(segment?.description ?? "");
  const [condition, setCondition] = useState(segment?.condition ?? "");
  const [stickiness, setStickiness] = useState(segment?.stickiness ?? "userId");
  const [include, setInclude] = useState(linesOf(segment?.include));
  const [exclude, setExclude] = useState(linesOf(segment?.exclude));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave({
          description,
          condition: condition.trim() === "" ? null : condition,
          stickiness,
          ...(include !== undefined && { include: [...idsIn(include).ids] }),
          ...(exclude !== undefined && { exclude: [...idsIn(exclude).ids] }),
        });
      }}
    >
      <Stack gap="md">
        {error !== null && error !== undefined && <ProblemPanel error={error} />}
        <TextInput
          label="Description"
          value={description}
          onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        />
        <ConditionField value={condition} onChange={setCondition} />
        <TextInput
          label="Attribute that the lists hold"
          required
          withAsterisk={false}
          maw={280}
          value={stickiness}
          onChange={({ currentTarget }) => setStickiness(currentTarget.value)}
        />
        <ListPart
          label="Included"
          description="Belong to it, whatever the condition says. One a line."
          text={include}
          onChange={setInclude}
          list={segment?.include}
        />
        <ListPart
          label="Excluded"
          description="Never belong to it, whatever else is said."
          text={exclude}
          onChange={setExclude}
          list={segment?.exclude}
        />
        <Group>
          <Allowed permission="segment.write">
            <Button type="submit" loading={isSaving}>
              {segment ? "Save the segment" : "Make the segment"}
            </Button>
          </Allowed>
        </Group>
      </Stack>
    </form>
  );
}

interface ListPartProps {
  readonly label: string;
  readonly description: string;
  readonly text: string | undefined;
  readonly onChange: (text: string) => void;
  readonly list: Segment["include"] | undefined;
}

function ListPart({ label, description, text, onChange, list }: ListPartProps) {
  if (text !== undefined)
    return <IdListField label={label} description={description} text={text} onChange={onChange} />;
  const count = list && "count" in list ? list.count : 0;
  return (
    <Group gap="sm">
      <Text size="sm">
        {label}: an uploaded list of {count.toLocaleString("en")} ids, which stays as it is.
      </Text>
      <Button size="compact-xs" variant="default" onClick={() => onChange("")}>
        Write another list
      </Button>
    </Group>
  );
}

/** Undefined for a list that was uploaded. */
function linesOf(list: Segment["include"] | undefined): string | undefined {
  if (list === undefined) return "";
  return Array.isArray(list) ? list.join("\n") : undefined;
}
