import {
  getDashboardOptions,
  getTeamOptions,
  listCustomersOptions,
  listInvoicesOptions,
} from "@/openapi/@tanstack/react-query.gen";

const OVERDUE_SHOWN = 5;

export const dashboardOptions = () => getDashboardOptions();

/** The ones that have waited longest. */
export const longestOverdueOptions = () =>
  listInvoicesOptions({ query: { status: "overdue", sort: "due_date", limit: OVERDUE_SHOWN } });

/** What a new team has done so far: its own details, and whether anybody can be invoiced. */
export const firstStepOptions = () =>
  [getTeamOptions(), listCustomersOptions({ query: { state: "active", limit: 1 } })] as const;
