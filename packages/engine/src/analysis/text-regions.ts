import type { Atom } from "./atom.ts";
import { ANALYSIS_BOUNDS } from "./bounds.ts";
import { featuresOf, type Pieces, type TextFeature } from "./text-features.ts";

/** Texts that no condition names, told apart by what conditions ask of texts. */
export interface TextRegion {
  /** Of the atoms that are told by features. */
  readonly outcomes: ReadonlyMap<Atom, number>;
  /** Texts that are worth a try as one of them. */
  readonly candidates: readonly string[];
}

/** All of them: together they hold every text. Too many features are left out, and their atoms stay unknown. */
export function textRegions(atoms: readonly Atom[]): readonly TextRegion[] {
  const features = bounded(featuresOf(atoms));
  let regions: readonly (readonly number[])[] = [[]];
  for (const { size } of features) {
    const places = Array.from({ length: size }, (_, at) => at);
    regions = regions.flatMap((region) => places.map((at) => [...region, at]));
  }
  return regions
    .map((places) => features.map((feature, at) => ({ feature, at: places[at] ?? 0 })))
    .filter(isConsistent)
    .map((classes) => ({
      outcomes: new Map(
        classes.flatMap(({ feature, at }) =>
          feature.atoms.map((atom): [Atom, number] => [atom, feature.outcomeAt(atom.form, at)]),
        ),
      ),
      candidates: candidatesOf(classes.map(({ feature, at }) => feature.piecesAt(at))),
    }));
}

function bounded(features: readonly TextFeature[]): readonly TextFeature[] {
  const taken: TextFeature[] = [];
  let size = 1;
  for (const feature of [...features].sort((a, b) => a.size - b.size)) {
    if (size * feature.size > ANALYSIS_BOUNDS.textClasses) break;
    size *= feature.size;
    taken.push(feature);
  }
  return taken;
}

type Class = { readonly feature: TextFeature; readonly at: number };

/** Whether a text with these pieces can be: what it has, it has with all that lies in it. */
function isConsistent(classes: readonly Class[]): boolean {
  const pieces = classes.map(({ feature, at }) => feature.piecesAt(at));
  const held = pieces.flatMap(({ prefix = "", suffix = "", part = "" }) => [prefix, suffix, part]);
  return classes.every(
    ({ feature, at }) =>
      at > 0 ||
      !feature.atoms.some(
        ({ form }) =>
          form.type === "contains" && feature.size > 1 && held.some((text) => text.includes(form.part)),
      ),
  );
}

const FILLERS = ["someone", "x", "0", "~", "Q7"];

function candidatesOf(pieces: readonly Pieces[]): readonly string[] {
  const prefix = pieces.map((piece) => piece.prefix ?? "").join("");
  const suffix = pieces.map((piece) => piece.suffix ?? "").join("");
  const parts = pieces.map((piece) => piece.part ?? "").join("");
  const wholes = pieces.flatMap((piece) => piece.wholes ?? []).slice(0, 24);
  return [
    ...wholes.flatMap((whole) => [whole, `${prefix}${parts}${whole}${suffix}`]),
    ...FILLERS.map((filler) => `${prefix}${filler}${parts}${filler}${suffix}`),
    `${prefix}${parts}${suffix}`,
  ];
}
