import * as v from "valibot";

const MIN_LENGTH = 12;

export const NEW_PASSWORD_HINT = `At least ${MIN_LENGTH} characters. A short sentence is good.`;

/** The server refuses more (common ones, one's own name) and says so on the field. */
export const newPassword = v.pipe(
  v.string(),
  v.minLength(MIN_LENGTH, `Use at least ${MIN_LENGTH} characters.`),
);
