import { Code, Group, Menu, Pill, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconFilterPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useEnvironments } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { type ReadSearch, type SearchProblem, withoutTerm, withTerm } from "./search-syntax.ts";

export interface SearchBoxProps {
  /** What is searched for: as it stands in the address. */
  readonly query: string;
  readonly search: ReadSearch;
  readonly onSearch: (query: string) => void;
}

const TYPING_MS = 60;

/** Where a search is written, with what was understood of it as chips, and what was not, at its place. */
export function SearchBox({ query, search, onSearch }: SearchBoxProps) {
  const [text, setText] = useState(query);
  const input = useRef<HTMLInputElement>(null);
  const searchLater = useDebouncedCallback(onSearch, TYPING_MS);
  // An address that changes by itself, as on the way back, is shown; what the person types meanwhile is theirs.
  useEffect(() => {
    if (input.current !== document.activeElement) setText(query);
  }, [query]);
  useShortcut({ keys: "/", does: "Search toggles", section: "Toggles", run: () => input.current?.focus() });

  const searchNow = (next: string) => {
    setText(next);
    onSearch(next);
  };
  return (
    <Stack gap={6}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <TextInput
          ref={input}
          flex={1}
          aria-label="Search toggles"
          placeholder="Search, such as checkout tag:web is:stale"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={text}
          autoComplete="off"
          spellCheck={false}
          maxLength={1000}
          error={search.problems.length > 0 && <Problems text={query} problems={search.problems} />}
          onChange={({ currentTarget }) => {
            setText(currentTarget.value);
            searchLater(currentTarget.value);
          }}
          onKeyDown={({ key, currentTarget }) => {
            if (key === "Enter") onSearch(currentTarget.value);
            if (key === "Escape") currentTarget.blur();
          }}
        />
        <FilterMenu onAdd={(term) => searchNow(withTerm(text, term))} />
      </Group>
      {search.terms.length > 0 && (
        <Group gap={6} role="group" aria-label="Filters">
          {search.terms.map((term) => (
            <Pill
              key={term.start}
              size="md"
              withRemoveButton
              removeButtonProps={{ "aria-label": `Remove ${term.text}`, "aria-hidden": false, tabIndex: 0 }}
              onRemove={() => searchNow(withoutTerm(query, term))}
            >
              {term.text}
            </Pill>
          ))}
        </Group>
      )}
    </Stack>
  );
}

/** Each with what was written, the place marked. */
function Problems({
  text,
  problems,
}: {
  readonly text: string;
  readonly problems: readonly SearchProblem[];
}) {
  return (
    <>
      {problems.map(({ start, end, message }) => (
        <span key={start} style={{ display: "block" }}>
          <mark style={{ background: "none", color: "inherit", textDecoration: "underline wavy" }}>
            {text.slice(start, end)}
          </mark>{" "}
          at character {start + 1}: {message}
        </span>
      ))}
    </>
  );
}

function FilterMenu({ onAdd }: { readonly onAdd: (term: string) => void }) {
  const environments = useEnvironments();
  const sections = [
    {
      label: "State",
      terms: environments.slice(0, 5).flatMap(({ key }) => [`env:${key}=on`, `env:${key}=off`]),
    },
    { label: "Life", terms: ["is:stale", "is:fresh", "is:archived"] },
    { label: "Type", terms: ["type:boolean", "type:string", "type:number", "type:json"] },
    { label: "Changed", terms: ["updated:<1d", "updated:<7d", "updated:>4w"] },
  ];
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <UnstyledButton aria-label="Add a filter" p={8} style={{ lineHeight: 0 }}>
          <IconFilterPlus size={20} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflowY: "auto" }}>
        {sections.map(({ label, terms }) => (
          <div key={label}>
            <Menu.Label>{label}</Menu.Label>
            {terms.map((term) => (
              <Menu.Item key={term} onClick={() => onAdd(term)}>
                <Code>{term}</Code>
              </Menu.Item>
            ))}
          </div>
        ))}
        <Menu.Divider />
        <Text size="xs" c="dimmed" px="sm" pb={4}>
          Also <Code>tag:web</Code>, and words of the key, name or description.
        </Text>
      </Menu.Dropdown>
    </Menu>
  );
}
