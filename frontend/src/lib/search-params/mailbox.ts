import { oneOfWithDefaultParam, searchParser, textParam } from "./parser";

export const mailboxSearchParams = searchParser({
  message: textParam(),
  part: oneOfWithDefaultParam(["html", "text"], "html"),
});
