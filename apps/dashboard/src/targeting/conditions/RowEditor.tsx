import type { FormOperator, FormValue } from "@burgee/engine/language";
import { ActionIcon, Autocomplete, Group, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { type Known, typeOf } from "./known.ts";
import { firstOperator, OPERATORS, operatorsFor } from "./operators.ts";
import type { Row } from "./rows.ts";
import { problemOfRow } from "./rows.ts";
import { readValue, shownValue } from "./values.ts";

export interface RowEditorProps {
  readonly row: Row;
  /** Such as `Condition 2 of rule 1`. */
  readonly name: string;
  readonly known: Known;
  readonly onChange: (row: Row) => void;
  readonly onRemove: () => void;
}

const SEGMENT = "A segment";

/** One test of a condition: what is looked at, how, and what it is held against. */
export function RowEditor({ row, name, known, onChange, onRemove }: RowEditorProps) {
  const isOfSegment = OPERATORS[row.operator].operand === "segment";
  const type = typeOf(known, row.attribute);
  const operators: readonly FormOperator[] = isOfSegment
    ? ["inSegment", "notInSegment"]
    : withCurrent(operatorsFor(type), row.operator);
  return (
    <Group gap="xs" align="flex-start" wrap="wrap" role="group" aria-label={name}>
      <Autocomplete
        aria-label={`${name}: attribute`}
        placeholder="Attribute"
        value={isOfSegment ? SEGMENT : row.attribute}
        data={[
          { group: "Attributes", items: known.attributes.map((each) => each.name) },
          { group: "Segments", items: [SEGMENT] },
        ]}
        onChange={(attribute) => onChange(withAttribute(row, attribute, known))}
        style={{ flex: "1 1 9rem" }}
        maxLength={128}
        comboboxProps={{ withinPortal: true }}
      />
      <Select
        aria-label={`${name}: operator`}
        data={operators.map((operator) => ({ value: operator, label: OPERATORS[operator].says }))}
        value={row.operator}
        onChange={(name) => {
          const operator = operators.find((each) => each === name);
          if (operator) onChange(withOperator(row, operator));
        }}
        allowDeselect={false}
        style={{ flex: "1 1 10rem" }}
      />
      <ValuesEditor row={row} name={name} known={known} onChange={(values) => onChange({ ...row, values })} />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={`Remove ${name.toLowerCase()}`}
        onClick={onRemove}
      >
        <IconTrash size={18} />
      </ActionIcon>
    </Group>
  );
}

interface ValuesEditorProps extends Pick<RowEditorProps, "row" | "name" | "known"> {
  readonly onChange: (values: readonly FormValue[]) => void;
}

function ValuesEditor({ row, name, known, onChange }: ValuesEditorProps) {
  const { operand } = OPERATORS[row.operator];
  const type = typeOf(known, row.attribute);
  const label = `${name}: ${operand === "values" ? "values" : "value"}`;
  const style = { flex: "2 1 12rem" };
  const [first] = row.values;
  switch (operand) {
    case "none":
      return <div style={style} />;
    case "values":
      return (
        <TagsInput
          aria-label={label}
          placeholder={row.values.length === 0 ? "Type or paste values" : ""}
          value={row.values.map((value) => shownValue(value, type))}
          onChange={(texts) => onChange(readAll(texts, type))}
          splitChars={["\n", ",", "\t"]}
          acceptValueOnBlur
          isDuplicate={(value, current) => current.includes(value)}
          style={style}
        />
      );
    case "value":
      if (type === "number")
        return <NumericInput label={label} value={first} onChange={onChange} style={style} />;
      return type === "boolean" ? (
        <Select
          aria-label={label}
          data={["true", "false"]}
          value={first === undefined ? null : String(first)}
          onChange={(text) => onChange(text === null ? [] : [text === "true"])}
          style={style}
        />
      ) : (
        <ValueInput
          key={row.attribute}
          label={label}
          type={type}
          value={first}
          onChange={onChange}
          style={style}
        />
      );
    case "number":
      return <NumericInput label={label} value={first} onChange={onChange} style={style} />;
    case "segment":
      return (
        <Select
          aria-label={label}
          placeholder="Segment"
          data={[
            ...new Set([...known.segments, ...(typeof first === "string" && first !== "" ? [first] : [])]),
          ]}
          value={typeof first === "string" && first !== "" ? first : null}
          onChange={(key) => onChange(key === null ? [] : [key])}
          searchable
          nothingFoundMessage="No segment of this name"
          style={style}
        />
      );
    default:
      return (
        <TextInput
          aria-label={label}
          placeholder={PLACEHOLDERS[operand]}
          value={first === undefined ? "" : String(first)}
          onChange={({ currentTarget: { value } }) => onChange(value === "" ? [] : [value])}
          spellCheck={false}
          style={style}
        />
      );
  }
}

const PLACEHOLDERS = {
  text: "Text",
  pattern: "Pattern (RE2), such as ^beta-",
  network: "Network, such as 10.0.0.0/8",
  version: "Version, such as 2.4.0",
  moment: "Moment, such as 2026-01-31T00:00:00Z, or now",
} as const;

function NumericInput({ label, value, onChange, style }: Omit<ValueInputProps, "type">) {
  return (
    <NumberInput
      aria-label={label}
      placeholder="Number"
      value={typeof value === "number" ? value : ""}
      onChange={(next) => onChange(typeof next === "number" ? [next] : [])}
      style={style}
    />
  );
}

interface ValueInputProps {
  readonly label: string;
  readonly type: ReturnType<typeof typeOf>;
  readonly value: FormValue | undefined;
  readonly onChange: (values: readonly FormValue[]) => void;
  readonly style: React.CSSProperties;
}

/** One value of a type that its text says. What is typed stays as it is typed, as long as it means the value. */
function ValueInput({ label, type, value, onChange, style }: ValueInputProps) {
  const [typed, setTyped] = useState("");
  const read = (text: string) => (text === "" ? undefined : readValue(text, type));
  const shown = value === undefined ? "" : shownValue(value, type);
  return (
    <TextInput
      aria-label={label}
      placeholder="Value"
      value={read(typed) === value ? typed : shown}
      onChange={({ currentTarget: { value: text } }) => {
        const next = read(text);
        setTyped(text);
        onChange(next === undefined ? [] : [next]);
      }}
      spellCheck={false}
      style={style}
    />
  );
}

/** Each value once, and none that the attribute can't have. */
function readAll(texts: readonly string[], type: ReturnType<typeof typeOf>): readonly FormValue[] {
  const read = texts
    .map((text) => readValue(text.trim(), type))
    .filter((value) => value !== undefined && value !== "");
  return [...new Set(read)].filter((value) => value !== undefined);
}

function withAttribute(row: Row, attribute: string, known: Known): Row {
  if (attribute === SEGMENT) return { ...row, attribute: "", operator: "inSegment", values: [] };
  const type = typeOf(known, attribute);
  const isFitting =
    OPERATORS[row.operator].operand !== "segment" && operatorsFor(type).includes(row.operator);
  // As long as nothing is compared yet, the type says best how.
  if (row.values.length === 0 && type !== undefined)
    return { ...row, attribute, operator: firstOperator(type) };
  if (!isFitting) return { ...row, attribute, operator: firstOperator(type), values: [] };
  return { ...row, attribute };
}

function withOperator(row: Row, operator: FormOperator): Row {
  const next = { ...row, operator };
  if (OPERATORS[operator].operand === "none") return { ...next, values: [] };
  if (problemOfRow(next) === undefined) return next;
  const [first] = row.values;
  const single = { ...next, values: first === undefined ? [] : [first] };
  return problemOfRow(single) === undefined ? single : { ...next, values: [] };
}

/** Also one that is there and does not fit, so that it can be seen and changed. */
function withCurrent(operators: readonly FormOperator[], current: FormOperator): readonly FormOperator[] {
  return operators.includes(current) ? operators : [...operators, current];
}
