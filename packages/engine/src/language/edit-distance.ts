/**
 * Letters to insert, delete or replace (Levenshtein), in UTF-16 units; of more than `most` only that it is more, as `most + 1`.
 * Looks at `2 * most + 1` letters of `to` for each of `from` at most, and ends where there is no way left.
 */
export function editDistance(from: string, to: string, most = Math.max(from.length, to.length)): number {
  const beyond = most + 1;
  if (Math.abs(from.length - to.length) > most) return beyond;
  const row = [0];
  for (let column = 1; column <= to.length; column++) row.push(Math.min(column, beyond));
  for (let line = 1; line <= from.length; line++) {
    const first = Math.max(1, line - most);
    const last = Math.min(to.length, line + most);
    let diagonal = row[first - 1] ?? beyond;
    let left = first === 1 ? line : beyond;
    let least = left;
    row[first - 1] = left;
    for (let column = first; column <= last; column++) {
      const above = row[column] ?? beyond;
      const replaced = diagonal + (from.charCodeAt(line - 1) === to.charCodeAt(column - 1) ? 0 : 1);
      left = Math.min(replaced, above + 1, left + 1);
      row[column] = left;
      diagonal = above;
      if (left < least) least = left;
    }
    if (least > most) return beyond;
  }
  return Math.min(row[to.length] ?? beyond, beyond);
}
