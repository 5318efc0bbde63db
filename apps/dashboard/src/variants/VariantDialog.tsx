import type { JsonValue, ToggleKind } from "@burgee/engine";
import { Button, Group, Modal, Skeleton, Stack, TextInput } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { readVariant, variantText } from "./variant-text.ts";

const JsonEditor = lazy(async () => ({
  default: (await import("../targeting/editor/JsonEditor.tsx")).JsonEditor,
}));

export interface VariantDialogProps {
  readonly kind: ToggleKind;
  /** Undefined for a new one. */
  readonly variant: { readonly key: string; readonly value: JsonValue } | undefined;
  readonly taken: readonly string[];
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onSave: (key: string, value: JsonValue) => void;
  readonly onClose: () => void;
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export function VariantDialog({
  kind,
  variant,
  taken,
  isPending,
  error,
  onSave,
  onClose,
}: VariantDialogProps) {
  const [key, setKey] = useState(variant?.key ?? "");
  const [text, setText] = useState(variant ? variantText(kind, variant.value) : kind === "json" ? "{}" : "");
  const read = readVariant(kind, text);
  const keyProblem = keyProblemOf(key, variant ? [] : taken);
  return (
    <Modal
      opened
      onClose={onClose}
      size={kind === "json" ? "lg" : "md"}
      title={variant ? `Change ${variant.key}` : "Add a variant"}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (read.ok && keyProblem === undefined) onSave(key, read.value);
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Key"
            description={
              variant ? "Rules name it by its key, so it stays." : "What rules and programs call it."
            }
            value={key}
            onChange={({ currentTarget: { value } }) => setKey(value)}
            readOnly={variant !== undefined}
            error={key === "" ? undefined : keyProblem}
            maxLength={64}
            spellCheck={false}
            required
            data-autofocus={variant ? undefined : true}
          />
          {kind === "json" ? (
            <Suspense fallback={<Skeleton height={140} />}>
              <JsonEditor
                label="Value"
                text={text}
                onChange={setText}
                problem={read.ok ? undefined : read.reason}
              />
            </Suspense>
          ) : (
            <TextInput
              label="Value"
              value={text}
              onChange={({ currentTarget: { value } }) => setText(value)}
              error={read.ok || text === "" ? undefined : read.reason}
              maxLength={1_024}
              inputMode={kind === "number" ? "decimal" : undefined}
              data-autofocus={variant ? true : undefined}
            />
          )}
          {error !== null && error !== undefined && <ProblemPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending} disabled={!read.ok || keyProblem !== undefined}>
              {variant ? "Change" : "Add"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function keyProblemOf(key: string, taken: readonly string[]): string | undefined {
  if (taken.includes(key)) return "There is a variant of this key.";
  return KEY.test(key) ? undefined : "Use 1 to 64 letters, digits, - or _, a letter or digit first.";
}
