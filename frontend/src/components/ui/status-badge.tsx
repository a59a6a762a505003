import { Badge, type BadgeTone } from "./badge";

type Status = "draft" | "open" | "partially_paid" | "paid" | "overdue" | "void";

const looks: Record<Status, { label: string; tone: BadgeTone }> = {
  draft: { label: "Draft", tone: "draft" },
  open: { label: "Open", tone: "open" },
  partially_paid: { label: "Partly paid", tone: "open" },
  paid: { label: "Paid", tone: "paid" },
  overdue: { label: "Overdue", tone: "overdue" },
  void: { label: "Void", tone: "void" },
};

/** The state of an invoice: one word, one colour. */
export function StatusBadge({ status }: { status: Status }) {
  const look = looks[status];
  return <Badge tone={look.tone}>{look.label}</Badge>;
}
