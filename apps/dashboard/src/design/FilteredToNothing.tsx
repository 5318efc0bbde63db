import { Button, Code, Stack, Text } from "@mantine/core";

export interface FilteredToNothingProps {
  /** What was asked for, as the person wrote or chose it. */
  readonly filters: readonly string[];
  readonly onClear: () => void;
  /** Of what there is none, such as `toggles`. */
  readonly what: string;
}

/** There are some, but none that the filters let through. */
export function FilteredToNothing({ filters, onClear, what }: FilteredToNothingProps) {
  return (
    <Stack align="center" gap="sm" py="xl" ta="center" role="status">
      <Text>
        No {what} match{" "}
        {filters.map((filter) => (
          <Code key={filter} mx={2}>
            {filter}
          </Code>
        ))}
      </Text>
      <Button variant="default" onClick={onClear}>
        Clear filters
      </Button>
    </Stack>
  );
}
