import { renderHook } from "@testing-library/react";
import { useForm } from "react-hook-form";
import { describe, expect, test } from "vitest";

import { ApiError, applyFieldErrors, errorMessage, toFormPath } from "./errors";

const problem = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });

describe("ApiError.from", () => {
  test("reads a problem document", () => {
    const body = {
      type: "urn:quittance:problem:validation",
      title: "Invalid",
      status: 422,
      detail: "Two fields need attention.",
      errors: [
        { path: "lines[0].quantity", code: "positive", detail: "Must be above zero." },
        { path: "note", detail: "Too long." },
      ],
    };
    expect(ApiError.from(body, problem(422))).toMatchObject({
      status: 422,
      code: "validation",
      detail: "Two fields need attention.",
      fields: [
        { path: "lines[0].quantity", code: "positive", detail: "Must be above zero." },
        { path: "note", code: null, detail: "Too long." },
      ],
    });
  });

  test("keeps when to come back", () => {
    expect(ApiError.from({}, problem(429, { "Retry-After": "30" }))).toMatchObject({
      status: 429,
      retryAfterSeconds: 30,
    });
  });

  test("speaks plainly when the answer is not a problem document", () => {
    const error = ApiError.from("<html>Bad gateway</html>", problem(502));
    expect(errorMessage(error)).toBe(
      "The server could not answer. Nothing was saved; try again in a moment.",
    );
  });

  test("is status 0 when nothing answered", () => {
    expect(ApiError.from(new TypeError("Failed to fetch"), undefined)).toMatchObject({ status: 0 });
  });

  test("lets an aborted request stay an abort", () => {
    const abort = new DOMException("gone", "AbortError");
    expect(ApiError.from(abort, undefined)).toBe(abort);
  });
});

test.each([
  ["lines[0].quantity", "lines.0.quantity"],
  ["email", "email"],
  ["[2].name", "2.name"],
  ["seller.iban", "seller.iban"],
])("path %s is %s in the form", (path, expected) => {
  expect(toFormPath(path)).toBe(expected);
});

describe("applyFieldErrors", () => {
  const setUp = () =>
    renderHook(() => {
      const form = useForm({ defaultValues: { note: "", lines: [{ quantity: "1" }] } });
      return { form, errors: form.formState.errors };
    }).result;
  const refusal = (fields: { path: string; detail: string }[]) =>
    new ApiError({
      status: 422,
      type: "urn:quittance:problem:validation",
      detail: "Please check the form.",
      fields: fields.map((field) => ({ ...field, code: null })),
    });

  test("puts a message on a nested field", () => {
    const result = setUp();
    applyFieldErrors(
      result.current.form,
      refusal([{ path: "lines[0].quantity", detail: "Must be above zero." }]),
    );
    expect(result.current.form.getFieldState("lines.0.quantity").error?.message).toBe("Must be above zero.");
    expect(result.current.form.getFieldState("root.server" as "note").error).toBeUndefined();
  });

  test("shows a message for an unknown field on the form", () => {
    const result = setUp();
    applyFieldErrors(result.current.form, refusal([{ path: "lines[7].quantity", detail: "No such line." }]));
    expect(result.current.form.getFieldState("root.server" as "note").error?.message).toBe("No such line.");
  });

  test("shows a refusal without fields on the form", () => {
    const result = setUp();
    applyFieldErrors(result.current.form, refusal([]));
    expect(result.current.form.getFieldState("root.server" as "note").error?.message).toBe(
      "Please check the form.",
    );
  });
});
