/** Apart from each other for every kind of sight, and 3:1 on both backgrounds (Okabe and Ito's, a little darkened). */
const COLOURS = ["#4c6ef5", "#c2590a", "#0b8a6a", "#b14d8a", "#8a6d00", "#0b7fab", "#7a5af0", "#6b7280"];

/** @param index of the variant among those that the toggle declares; -1 for one that it does not know */
export function variantColour(index: number): string {
  return COLOURS[index < 0 ? COLOURS.length - 1 : index % COLOURS.length] ?? "#6b7280";
}
