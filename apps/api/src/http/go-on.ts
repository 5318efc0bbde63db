/**
 * Goes on with a value, at once where it is here already: to wait for what needs no waiting costs as much as a small answer does.
 */
export function goOn<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
