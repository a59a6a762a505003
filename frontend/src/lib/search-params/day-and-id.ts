import type { Param } from "./parser";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Anything that the API would refuse counts as absent. */
const matchingParam = (isValid: (text: string) => boolean): Param<string> => ({
  read: (raw) => (raw !== null && isValid(raw) ? raw : ""),
  write: (value) => (value === "" ? null : value),
});
export const idParam = () => matchingParam((text) => UUID.test(text));
export const dayParam = () => matchingParam((text) => DAY.test(text) && !Number.isNaN(Date.parse(text)));
