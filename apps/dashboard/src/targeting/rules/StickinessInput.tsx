import { Autocomplete } from "@mantine/core";

export interface StickinessInputProps {
  readonly of: string;
  readonly value: string;
  readonly attributes: readonly string[];
  readonly onChange: (attribute: string) => void;
}

/** The attribute that is hashed: whoever has the same value of it gets the same. */
export function StickinessInput({ of, value, attributes, onChange }: StickinessInputProps) {
  return (
    <Autocomplete
      label="Bucket by"
      aria-label={`Attribute that ${of} buckets by`}
      value={value}
      data={[...attributes]}
      onChange={(attribute) => onChange(attribute)}
      error={/^[A-Za-z_]\w{0,63}$/.test(value) ? undefined : "Name an attribute."}
      maxLength={64}
      w={160}
    />
  );
}
