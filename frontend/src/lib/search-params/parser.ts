/** How one parameter is read from the address, and when it is left out of it. */
export type Param<Value> = {
  read: (raw: string | null) => Value;
  write: (value: Value) => string | null;
};

export function textParam(): Param<string> {
  return { read: (raw) => raw?.trim() ?? "", write: (value) => (value === "" ? null : value) };
}

/** One of a few words; anything else in the address counts as absent. */
export function oneOfParam<const Value extends string>(values: readonly Value[]): Param<Value | null> {
  return { read: (raw) => values.find((value) => value === raw) ?? null, write: (value) => value };
}

export function oneOfWithDefaultParam<const Value extends string>(
  values: readonly Value[],
  fallback: NoInfer<Value>,
): Param<Value> {
  return {
    read: (raw) => values.find((value) => value === raw) ?? fallback,
    write: (value) => (value === fallback ? null : value),
  };
}

export type SearchParser<State extends Record<string, unknown>> = {
  parse: (search: URLSearchParams) => State;
  /** "?status=open", or "" when everything is at its default. */
  serialize: (state: State) => string;
};

/** One parser per list: the page, its hook and its links all read and write the address through it. */
export function searchParser<State extends Record<string, unknown>>(shape: {
  [Key in keyof State]: Param<State[Key]>;
}): SearchParser<State> {
  const entries = Object.entries(shape) as [string, Param<unknown>][];
  return {
    parse: (search) =>
      Object.fromEntries(entries.map(([key, param]) => [key, param.read(search.get(key))])) as State,
    serialize: (state) => {
      const search = new URLSearchParams();
      for (const [key, param] of entries) {
        const raw = param.write(state[key]);
        if (raw !== null) search.set(key, raw);
      }
      const query = search.toString();
      return query === "" ? "" : `?${query}`;
    },
  };
}
