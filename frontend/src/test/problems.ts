import { HttpResponse } from "msw";

type Problem = {
  status: number;
  slug: string;
  detail: string;
  errors?: { path: string; detail: string; code?: string }[];
};

/** A refusal as the API writes it. */
export function problemResponse({ status, slug, detail, errors }: Problem) {
  return HttpResponse.json(
    { type: `urn:quittance:problem:${slug}`, title: slug, status, detail, ...(errors ? { errors } : {}) },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}
