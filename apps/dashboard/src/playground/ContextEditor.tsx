import type { AttributeType } from "@burgee/engine";
import { ActionIcon, Button, Group, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { fieldOf, readContext, valueOfField, withAttribute } from "./context-text.ts";

export interface ContextEditorProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** What the project declares. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
  readonly label: string;
}

/** The attributes of one evaluation, as a form or as JSON; one text stands behind both. */
export function ContextEditor({ text, onChange, attributes, label }: ContextEditorProps) {
  const [mode, setMode] = useState("form");
  const read = readContext(text);
  const isForm = mode === "form" && read.ok;
  return (
    <Stack gap="xs">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={`How the ${label.toLowerCase()} is edited`}
        data={[
          { value: "form", label: "Form", disabled: !read.ok },
          { value: "json", label: "JSON" },
        ]}
        value={isForm ? "form" : "json"}
        onChange={setMode}
      />
      {isForm ? (
        <ContextForm text={text} onChange={onChange} attributes={attributes} label={label} />
      ) : (
        <Textarea
          aria-label={label}
          value={text}
          onChange={({ currentTarget: { value } }) => onChange(value)}
          error={read.ok ? undefined : read.reason}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        />
      )}
    </Stack>
  );
}

function ContextForm({ text, onChange, attributes }: ContextEditorProps) {
  const [added, setAdded] = useState("");
  const read = readContext(text);
  const context = read.ok ? read.context : {};
  const names = [...new Set(["userId", ...Object.keys(attributes), ...Object.keys(context)])];
  const isNew = /^[A-Za-z_]\w{0,63}$/.test(added) && !names.includes(added);
  return (
    <Stack gap={6}>
      {names.map((name) => (
        <Group key={name} gap="xs" wrap="nowrap" align="flex-end">
          <TextInput
            size="xs"
            label={attributes[name] ? `${name} (${attributes[name]})` : name}
            value={fieldOf(Object.hasOwn(context, name) ? context[name] : undefined)}
            placeholder="missing"
            onChange={({ currentTarget: { value } }) =>
              onChange(withAttribute(text, name, valueOfField(value, attributes[name])))
            }
            spellCheck={false}
            style={{ flex: 1 }}
          />
          {Object.hasOwn(context, name) && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={30}
              aria-label={`Leave ${name} out`}
              onClick={() => onChange(withAttribute(text, name, undefined))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <TextInput
          size="xs"
          label="Another attribute"
          placeholder="name"
          value={added}
          onChange={({ currentTarget: { value } }) => setAdded(value)}
          spellCheck={false}
          style={{ flex: 1 }}
        />
        <Button
          size="xs"
          variant="default"
          disabled={!isNew}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => {
            onChange(withAttribute(text, added, ""));
            setAdded("");
          }}
        >
          Add
        </Button>
      </Group>
    </Stack>
  );
}
