type CursorPage = { next_cursor: string | null };

/** How every cursor-paged list starts and goes on; spread it into the generated infinite options. */
export const cursorPages = {
  // An object is taken as a whole page's parameters, so the first page sends no cursor.
  initialPageParam: {},
  getNextPageParam: (page: CursorPage) => page.next_cursor,
};
