import { oneOfWithDefaultParam, searchParser, textParam } from "./parser";

export const userStates = ["all", "unverified", "disabled", "deletion_due", "administrator"] as const;
export type UserState = (typeof userStates)[number];

export const userSearchParser = searchParser({
  search: textParam(),
  state: oneOfWithDefaultParam(userStates, "all"),
});

export const teamSearchParser = searchParser({ search: textParam() });
