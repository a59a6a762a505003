import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, expect, test, vi } from "vitest";

import { QueryBoundary } from "@/components/layout/query-boundary";
import { SessionGate } from "@/components/layout/session-gate";
import { customerOf, meWith, teamOf } from "@/test/fixtures";
import { problemResponse } from "@/test/problems";
import { renderWithQueries } from "@/test/render";
import { server } from "@/test/setup";

import { EditCustomer } from "./edit-customer";
import { NewCustomer } from "./new-customer";

const customer = customerOf({ payment_terms_days: 30 });
const navigation = vi.hoisted(() => ({ replace: vi.fn(), push: vi.fn(), pathname: "/customers/new" }));
vi.mock("next/navigation", () => ({
  useRouter: () => navigation,
  usePathname: () => navigation.pathname,
  notFound: () => {
    throw new Error("not found");
  },
}));

beforeEach(() => {
  navigation.replace.mockReset();
  server.use(
    http.get("*/api/me", () => HttpResponse.json(meWith("customers:read", "customers:write"))),
    http.get("*/api/team", () => HttpResponse.json(teamOf())),
    http.get(`*/api/customers/${customer.id}`, () => HttpResponse.json(customer)),
  );
});

async function renderForm(form: "new" | "edit") {
  navigation.pathname = form === "new" ? "/customers/new" : `/customers/${customer.id}/edit`;
  const view = renderWithQueries(
    <SessionGate skeleton={null}>
      <QueryBoundary skeleton={null}>{form === "new" ? <NewCustomer /> : <EditCustomer />}</QueryBoundary>
    </SessionGate>,
  );
  await screen.findByRole("form", { name: "Customer" });
  return view;
}

test("asks for name and e-mail without a request", async () => {
  const { user } = await renderForm("new");
  await user.click(screen.getByRole("button", { name: "Add customer" }));
  await waitFor(() => expect(screen.getByLabelText("Name")).toBeInvalid());
  expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription(/Enter the e-mail address/);
  expect(screen.getByLabelText("Name")).toHaveFocus();
});

test("refuses payment terms that are not whole days", async () => {
  const { user } = await renderForm("new");
  await user.type(screen.getByLabelText(/^Days to pay/), "2.5");
  await user.click(screen.getByRole("button", { name: "Add customer" }));
  await waitFor(() =>
    expect(screen.getByLabelText(/^Days to pay/)).toHaveAccessibleDescription(/whole days from 0 to 365/),
  );
});

test("a new customer starts with the team's country and currency, and leads to its page", async () => {
  let sent: unknown;
  server.use(
    http.post("*/api/customers", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(customer, { status: 201 });
    }),
  );
  const { user } = await renderForm("new");
  await user.type(screen.getByLabelText("Name"), "Café Helle");
  await user.type(screen.getByLabelText("E-mail"), "konto@cafe-helle.example");
  await user.click(screen.getByRole("button", { name: "Add customer" }));
  await waitFor(() =>
    expect(navigation.replace).toHaveBeenCalledExactlyOnceWith(`/customers/${customer.id}`),
  );
  expect(sent).toMatchObject({
    name: "Café Helle",
    country_code: "DE",
    currency: "EUR",
    payment_terms_days: null,
  });
});

test("what the server refuses stands on its field, and what was typed stays", async () => {
  server.use(
    http.post("*/api/customers", () =>
      problemResponse({
        status: 422,
        slug: "validation",
        detail: "Check the form.",
        errors: [{ path: "email", detail: "This domain receives no mail." }],
      }),
    ),
  );
  const { user } = await renderForm("new");
  await user.type(screen.getByLabelText("Name"), "Café Helle");
  await user.type(screen.getByLabelText("E-mail"), "konto@cafe-helle.example");
  await user.click(screen.getByRole("button", { name: "Add customer" }));
  await waitFor(() =>
    expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription(/This domain receives no mail/),
  );
  expect(screen.getByLabelText("Name")).toHaveValue("Café Helle");
  expect(navigation.replace).not.toHaveBeenCalled();
});

test("editing starts from what is kept and saves the change", async () => {
  let sent: unknown;
  server.use(
    http.patch(`*/api/customers/${customer.id}`, async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(customer);
    }),
  );
  const { user } = await renderForm("edit");
  expect(screen.getByLabelText("Name")).toHaveValue("Café Helle");
  expect(screen.getByLabelText(/^Days to pay/)).toHaveValue("30");
  await user.clear(screen.getByLabelText(/^Days to pay/));
  await user.selectOptions(screen.getByLabelText(/^Country/), "France");
  await user.click(screen.getByRole("button", { name: "Save changes" }));
  await waitFor(() =>
    expect(navigation.replace).toHaveBeenCalledExactlyOnceWith(`/customers/${customer.id}`),
  );
  expect(sent).toMatchObject({ payment_terms_days: null, country_code: "FR" });
});

test("a conflict is said at the form", async () => {
  server.use(
    http.patch(`*/api/customers/${customer.id}`, () =>
      problemResponse({ status: 409, slug: "conflict", detail: "Somebody else changed this customer." }),
    ),
  );
  const { user } = await renderForm("edit");
  await user.type(screen.getByLabelText("Name"), " II");
  await user.click(screen.getByRole("button", { name: "Save changes" }));
  expect(await screen.findByText("Somebody else changed this customer.")).toBeVisible();
  expect(screen.getByLabelText("Name")).toHaveValue("Café Helle II");
});

test("leaving with unsaved changes is asked about", async () => {
  const { user } = await renderForm("edit");
  await user.type(screen.getByLabelText("Name"), " II");
  await user.click(screen.getByRole("link", { name: "Cancel" }));
  const question = await screen.findByRole("dialog", { name: "Leave without saving?" });
  expect(question).toBeVisible();
  await user.click(screen.getByRole("button", { name: "Keep editing" }));
  expect(navigation.push).not.toHaveBeenCalled();
});

test("a role that only reads gets no form", async () => {
  server.use(http.get("*/api/me", () => HttpResponse.json(meWith("customers:read"))));
  renderWithQueries(
    <SessionGate skeleton={null}>
      <QueryBoundary skeleton={null}>
        <NewCustomer />
      </QueryBoundary>
    </SessionGate>,
  );
  expect(await screen.findByText("Your role can't add customers")).toBeVisible();
  expect(screen.queryByRole("form")).toBeNull();
});
