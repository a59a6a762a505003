import { oneOfWithDefaultParam, searchParser } from "./parser";

export const settingsSearchParams = searchParser({
  tab: oneOfWithDefaultParam(["profile", "team"], "profile"),
});
