import type { FieldPath, FieldValues, UseFormReturn } from "react-hook-form";

export type FieldError = { path: string; code: string | null; detail: string };

type ApiErrorInit = {
  status: number;
  type: string;
  detail: string;
  fields?: readonly FieldError[];
  retryAfterSeconds?: number | null;
};

const PROBLEM_PREFIX = "urn:quittance:problem:";

/** A refusal by the API (RFC 9457), or no answer at all (status 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly type: string;
  /** The last part of the type: "wrong-credentials". */
  readonly code: string;
  readonly detail: string;
  readonly fields: readonly FieldError[];
  readonly retryAfterSeconds: number | null;

  constructor({ status, type, detail, fields = [], retryAfterSeconds = null }: ApiErrorInit) {
    super(detail);
    this.status = status;
    this.type = type;
    this.code = type.startsWith(PROBLEM_PREFIX) ? type.slice(PROBLEM_PREFIX.length) : "";
    this.detail = detail;
    this.fields = fields;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** From what the generated client throws: the parsed body, its text, or fetch's own error. */
  static from(error: unknown, response: Response | undefined): unknown {
    if (error instanceof ApiError || isAbort(error)) return error;
    if (!response) {
      return new ApiError({
        status: 0,
        type: "about:blank",
        detail: "Quittance could not be reached. Nothing was lost; check your connection and try again.",
      });
    }
    const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
    const problem = isRecord(error) ? error : {};
    return new ApiError({
      status: response.status,
      type: text(problem["type"]) ?? "about:blank",
      detail: text(problem["detail"]) ?? text(problem["title"]) ?? describeStatus(response.status),
      fields: readFields(problem["errors"]),
      retryAfterSeconds: Number.isFinite(retryAfter) ? retryAfter : null,
    });
  }
}

/** For places that only know `unknown`: a boundary, a mutation's error. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError({
    status: 0,
    type: "about:blank",
    detail: "Something went wrong on this page. Try again.",
  });
}

/** What to show next to a button, or nothing. */
export function errorMessage(error: unknown): string | undefined {
  return error === null || error === undefined ? undefined : toApiError(error).detail;
}

/** `lines[0].quantity` as the API writes it → `lines.0.quantity` as the form knows it. */
export function toFormPath(path: string): string {
  return path.replace(/\[(\d+)\]/g, ".$1").replace(/^\./, "");
}

/**
 * Put a refusal where it belongs: on its fields, else on the form as `root.server`.
 * Messages for fields the form does not have are shown on the form, so none is lost.
 */
export function applyFieldErrors<Values extends FieldValues>(
  form: UseFormReturn<Values>,
  error: unknown,
): void {
  const apiError = toApiError(error);
  const unplaced: string[] = [];
  let hasFocused = false;
  for (const field of apiError.fields) {
    const path = toFormPath(field.path);
    if (hasPath(form.getValues(), path)) {
      form.setError(
        path as FieldPath<Values>,
        { type: "server", message: field.detail },
        { shouldFocus: !hasFocused },
      );
      hasFocused = true;
    } else {
      unplaced.push(field.detail);
    }
  }
  if (apiError.fields.length === 0) unplaced.push(apiError.detail);
  if (unplaced.length > 0) form.setError("root.server", { type: "server", message: unplaced.join(" ") });
}

function describeStatus(status: number): string {
  if (status === 403) return "Your role does not allow this.";
  if (status === 404) return "This does not exist, or it belongs to another team.";
  if (status === 413) return "This is too large to send.";
  if (status === 429) return "Too many attempts. Wait a moment, then try again.";
  if (status >= 500) return "The server could not answer. Nothing was saved; try again in a moment.";
  return "The request was refused. Nothing was saved.";
}

function readFields(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).map((entry) => ({
    path: text(entry["path"]) ?? "",
    code: text(entry["code"]) ?? null,
    detail: text(entry["detail"]) ?? "This is not valid.",
  }));
}

function hasPath(values: unknown, path: string): boolean {
  let current: unknown = values;
  for (const key of path.split(".")) {
    if (!isRecord(current) && !Array.isArray(current)) return false;
    if (!(key in current)) return false;
    current = (current as Record<string, unknown>)[key];
  }
  return path !== "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
