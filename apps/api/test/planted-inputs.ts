/** Inputs made from what a procedure or a route says that it takes, with a text of the test's own in one place at a time. */
import { z } from "zod";

export interface PlantedInput {
  /** A JSON pointer to the text; `/roles/#` is the name of a field. */
  readonly at: string;
  readonly input: unknown;
}

const schemaForm = z.looseObject({
  $ref: z.string().optional(),
  type: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).default([]),
  items: z.unknown().optional(),
  propertyNames: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
});
type Schema = z.infer<typeof schemaForm>;

const DEEPEST = 8;
const NOBODYS_ID = "5c1f7a52-3d0f-4a57-9d0a-1f6a52c8a001";
/** What such a field takes, so that the rest of an input does not keep it from getting further. */
const TEXTS: Readonly<Record<string, string>> = {
  project: "web",
  environment: "production",
  key: "cart",
  toggle: "cart",
  variant: "on",
  email: "nobody@example.com",
  condition: "userId == 'ada'",
  role: "viewer",
  password: "correct horse battery",
  currentPassword: "correct horse battery",
  newPassword: "correct battery horse",
  token: "x".repeat(43),
  code: "123456",
  domain: "example.com",
  issuer: "https://login.example.com",
  list: "0".repeat(64),
  hash: "0".repeat(64),
};

/** One input for each place of `schema` that takes a text, that text being `text`. */
export function plantedInputs(schema: z.ZodType, text: string): readonly PlantedInput[] {
  const whole = schemaForm.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
  const definitions = schemaForm.parse({ properties: whole.$defs ?? {} }).properties ?? {};
  const formOf = (part: unknown): Schema => {
    const form = schemaForm.parse(typeof part === "object" ? part : {});
    if (form.$ref === "#") return whole;
    return form.$ref === undefined ? form : formOf(definitions[form.$ref.replace("#/$defs/", "")]);
  };

  return planted(whole, "", 0);

  function planted(form: Schema, name: string, depth: number): readonly PlantedInput[] {
    if (depth > DEEPEST || form.enum !== undefined || form.const !== undefined) return [];
    if (form.anyOf) return form.anyOf.flatMap((option) => planted(formOf(option), name, depth + 1));
    switch (form.type) {
      case "string":
      case undefined:
        return [{ at: "", input: text }];
      case "array":
        return planted(formOf(form.items), name, depth + 1).map(({ at, input }) => ({
          at: `/0${at}`,
          input: [input],
        }));
      case "object":
        return [...plantedFields(form, depth), ...plantedNames(form, depth)];
      default:
        return [];
    }
  }

  function plantedFields(form: Schema, depth: number): readonly PlantedInput[] {
    const needed = plausibleFields(form, depth);
    return Object.entries(form.properties ?? {}).flatMap(([field, part]) =>
      planted(formOf(part), field, depth + 1).map(({ at, input }) => ({
        at: `/${field}${at}`,
        input: { ...needed, [field]: input },
      })),
    );
  }

  function plantedNames(form: Schema, depth: number): readonly PlantedInput[] {
    if (form.propertyNames === undefined) return [];
    const value = plausible(formOf(form.additionalProperties), "", depth + 1);
    const inside = planted(formOf(form.additionalProperties), "", depth + 1);
    return [
      { at: "/#", input: named(text, value) },
      ...inside.map(({ at, input }) => ({ at: `/x${at}`, input: { x: input } })),
    ];
  }

  function plausible(form: Schema, name: string, depth: number): unknown {
    if (depth > DEEPEST) return null;
    if (form.const !== undefined) return form.const;
    if (form.enum) return form.enum[0];
    if (form.anyOf) return plausible(formOf(form.anyOf[0]), name, depth + 1);
    switch (form.type) {
      case "string":
        return TEXTS[name] ?? textOf(form);
      case "number":
      case "integer":
        return Math.max(1, form.minimum ?? 1);
      case "array":
        return [plausible(formOf(form.items), name, depth + 1)];
      case "object":
        return plausibleFields(form, depth);
      case "null":
        return null;
      default:
        return true;
    }
  }

  function plausibleFields(form: Schema, depth: number): Readonly<Record<string, unknown>> {
    const place = ["project", "environment"].filter((field) => form.properties?.[field] !== undefined);
    return Object.fromEntries(
      [...new Set([...form.required, ...place])].map((field) => [
        field,
        plausible(formOf(form.properties?.[field]), field, depth + 1),
      ]),
    );
  }
}

function textOf({ format }: Schema): string {
  if (format === "uuid") return NOBODYS_ID;
  return format === "date-time" ? "2030-01-01T00:00:00Z" : "text";
}

/** Of its own, also where it is called `__proto__`. */
function named(name: string, value: unknown): unknown {
  return JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
}
