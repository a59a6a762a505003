import { Wordmark } from "@/components/ui/logo";

const entries = [
  { date: "02 Nov", party: "Maison Ferrand", amount: "1,190.00", isPaid: true },
  { date: "05 Nov", party: "Holm & Vik", amount: "3,420.50", isPaid: true },
  { date: "11 Nov", party: "Studio Karst", amount: "860.00", isPaid: true },
  { date: "14 Nov", party: "Brennerei Lotz", amount: "2,075.25", isPaid: false },
  { date: "19 Nov", party: "Atelier Soto", amount: "540.00", isPaid: false },
] as const;

/** A page of a well-kept ledger: five entries, three of them settled, and the line that matters. */
export function LedgerPanel() {
  return (
    <aside className="relative hidden overflow-hidden bg-sunken double-rule-r lg:flex lg:flex-col">
      <div className="px-12 py-8">
        <Wordmark />
      </div>
      <div aria-hidden className="flex flex-1 flex-col justify-center">
        <div className="mx-12 ruled xl:mx-20">
          <LedgerRow className="text-muted">
            <span>Date</span>
            <span>Issued to</span>
            <span className="text-right">EUR</span>
            <span />
          </LedgerRow>
          {entries.map((entry) => (
            <LedgerRow key={entry.party}>
              <span className="text-muted">{entry.date}</span>
              <span className={entry.isPaid ? "text-muted" : "font-medium"}>{entry.party}</span>
              <span className={entry.isPaid ? "text-right text-muted" : "text-right font-medium"}>
                {entry.amount}
              </span>
              {entry.isPaid ? <Tick /> : <span />}
            </LedgerRow>
          ))}
          <LedgerRow className="font-semibold">
            <span />
            <span>Still owed</span>
            <span className="text-right leading-9 double-rule-b">2,615.25</span>
            <span />
          </LedgerRow>
          <div className="h-20" />
        </div>
      </div>
      <p className="px-12 py-8 text-sm text-muted">What is owed to you, and what to do about it today.</p>
    </aside>
  );
}

function LedgerRow({ className = "", children }: { className?: string; children: React.ReactNode }) {
  return (
    <div
      className={`grid h-10 grid-cols-[4.5rem_1fr_6rem_1.5rem] items-center gap-x-4 text-sm figures ${className}`}
    >
      {children}
    </div>
  );
}

function Tick() {
  return (
    <svg viewBox="0 0 16 16" className="size-4 justify-self-end stroke-accent" fill="none" strokeWidth="2.2">
      <path d="M2.5 8.5l4 4.5 7-10" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
