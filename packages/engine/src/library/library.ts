import type { Meanings } from "../values/run.ts";
import { accessors } from "./accessors.ts";
import { cidr } from "./cidr.ts";
import { conversions } from "./conversions.ts";
import { stringMethods } from "./strings.ts";
import { add, subtract } from "./times.ts";

/** CEL's conversions, times and string methods, and `cidr`: what `prepare` takes as its `library`. */
export const library: Meanings = {
  "+": add,
  "-": subtract,
  cidr,
  ...conversions,
  ...stringMethods,
  ...accessors,
};
