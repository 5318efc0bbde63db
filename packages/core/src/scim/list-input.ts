/** What a directory asks for of many: RFC 7644, section 3.4.2. */
import type { Condition, ScimGroupAttribute, ScimUserAttribute, Window } from "@burgee/db";
import { LIMITS } from "../limits.ts";
import { scimRefusal } from "./directory.ts";
import { type Filter, parseFilter } from "./filter.ts";

/** As it stands in the query. */
export interface ListQuery {
  readonly filter?: string | undefined;
  readonly startIndex?: string | undefined;
  readonly count?: string | undefined;
}

export interface ScimPage<Resource> {
  readonly total: number;
  /** Counted from 1. */
  readonly startIndex: number;
  readonly resources: readonly Resource[];
}

const PAGE = 100;

type Names<Attribute extends string> = Readonly<Record<string, Attribute>>;

const USER_ATTRIBUTES: Names<ScimUserAttribute> = {
  id: "id",
  username: "userName",
  externalid: "externalId",
  displayname: "displayName",
  active: "active",
  emails: "email",
  "emails.value": "email",
};

const GROUP_ATTRIBUTES: Names<ScimGroupAttribute> = {
  id: "id",
  externalid: "externalId",
  displayname: "displayName",
  members: "member",
  "members.value": "member",
};

/** @throws {AppError} "invalid_input" of the type `invalidFilter` */
export function userCondition(filter: string | undefined): Condition<ScimUserAttribute> | undefined {
  return filter === undefined ? undefined : conditionOf(parseFilter(filter), USER_ATTRIBUTES);
}

/** @throws {AppError} "invalid_input" of the type `invalidFilter` */
export function groupCondition(filter: string | undefined): Condition<ScimGroupAttribute> | undefined {
  return filter === undefined ? undefined : conditionOf(parseFilter(filter), GROUP_ATTRIBUTES);
}

/** What is out of range is brought into it, as the protocol wants. @throws {AppError} "invalid_input" for what is no number */
export function windowOf({ startIndex, count }: ListQuery): Window {
  const start = numberIn("startIndex", startIndex, 1);
  return {
    offset: Math.min(Math.max(1, start), LIMITS.version) - 1,
    limit: Math.min(Math.max(0, numberIn("count", count, PAGE)), LIMITS.pageSize),
  };
}

function numberIn(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (/^-?\d{1,10}$/.test(text)) return Number(text);
  throw scimRefusal("invalidValue", `${name} is a whole number.`);
}

function conditionOf<Attribute extends string>(
  filter: Filter,
  names: Names<Attribute>,
  within = "",
): Condition<Attribute> {
  switch (filter.is) {
    case "all":
    case "any":
      return { is: filter.is, of: filter.of.map((each) => conditionOf(each, names, within)) };
    case "not":
      return { is: "not", of: conditionOf(filter.of, names, within) };
    case "some":
      if (within === "") return conditionOf(filter.of, names, `${filter.attribute}.`);
      throw scimRefusal("invalidFilter", "Brackets stand in no other brackets.");
    case "present":
      return { is: "present", attribute: attributeOf(filter.attribute, names, within) };
    case "compared":
      return comparisonOf(filter, names, within);
    default:
      return filter satisfies never;
  }
}

function comparisonOf<Attribute extends string>(
  { attribute: name, by, value }: Extract<Filter, { is: "compared" }>,
  names: Names<Attribute>,
  within: string,
): Condition<Attribute> {
  // Every address that is kept is the primary one, for work.
  if (within === "emails." && (name === "type" || name === "primary")) return always(names, name, by, value);
  const attribute = attributeOf(name, names, within);
  const isFlag = attribute === "active";
  const given = isFlag && typeof value === "string" ? flagIn(value) : value;
  if (isFlag !== (typeof given === "boolean")) {
    throw scimRefusal("invalidFilter", `${name} is compared with ${isFlag ? "true or false" : "a text"}.`);
  }
  if (by !== "eq" && by !== "ne" && (isFlag || attribute === "member")) {
    throw scimRefusal("invalidFilter", `${name} is compared by eq and ne.`);
  }
  return { is: "compared", attribute, by, value: given };
}

/** Of all rows, or of none. */
function always<Attribute extends string>(
  names: Names<Attribute>,
  name: string,
  by: string,
  value: string | boolean,
): Condition<Attribute> {
  const isRight = String(value).toLowerCase() === (name === "type" ? "work" : "true");
  const everybody: Condition<Attribute> = { is: "present", attribute: attributeOf("id", names, "") };
  return isRight === (by === "eq") ? everybody : { is: "not", of: everybody };
}

function attributeOf<Attribute extends string>(
  name: string,
  names: Names<Attribute>,
  within: string,
): Attribute {
  const full = `${within}${name}`;
  const attribute = Object.hasOwn(names, full) ? names[full] : undefined;
  if (attribute !== undefined) return attribute;
  const known = Object.keys(names).join(", ");
  throw scimRefusal("invalidFilter", `Nothing is found by ${full.slice(0, 100)}; filter by ${known}.`);
}

function flagIn(value: string): boolean | string {
  const word = value.toLowerCase();
  return word === "true" || word === "false" ? word === "true" : value;
}
