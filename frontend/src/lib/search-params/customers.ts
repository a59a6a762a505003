import { oneOfWithDefaultParam, searchParser, textParam } from "./parser";

export const customerSorts = ["name", "-name", "created_at", "-created_at"] as const;
export type CustomerSort = (typeof customerSorts)[number];

export const customerSearchParams = searchParser({
  search: textParam(),
  sort: oneOfWithDefaultParam(customerSorts, "name"),
  state: oneOfWithDefaultParam(["active", "archived"], "active"),
});
