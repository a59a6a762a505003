import type { QueryFunction, QueryKey, SkipToken } from "@tanstack/react-query";

type CursorPage = { next_cursor: string | null };
type Generated<Page, Key extends QueryKey, PageParam> = {
  queryKey: Key;
  queryFn?: QueryFunction<Page, Key, PageParam> | SkipToken;
};

/** How every cursor-paged list starts and goes on, from the generated infinite options. */
export function cursorPages<Page extends CursorPage, Key extends QueryKey, PageParam>({
  queryKey,
  queryFn,
}: Generated<Page, Key, PageParam>) {
  return {
    queryKey,
    // The generator always writes the function; only its declared type allows for none.
    queryFn: queryFn as QueryFunction<Page, Key, PageParam>,
    // An object is taken as a whole page's parameters, so the first page sends no cursor.
    initialPageParam: {} as PageParam,
    getNextPageParam: (page: Page) => page.next_cursor as PageParam,
  };
}
