"use client";

import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { LinkButton } from "@/components/ui/link-button";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import type { AuditListState, AuditTargetType } from "@/lib/search-params/audit";

import { changeWords, targetWords } from "./words";

type Props = {
  state: AuditListState;
  setState: (patch: Partial<AuditListState>) => void;
  kinds: readonly AuditTargetType[];
  isFiltered: boolean;
  clearHref: string;
};

export function AuditToolbar({ state, setState, kinds, isFiltered, clearHref }: Props) {
  return (
    <search className="mb-4 grid grid-cols-2 items-end gap-3 md:flex md:flex-wrap">
      <SearchInput
        label="Search the log"
        value={state.search}
        onChange={(search) => setState({ search })}
        className="col-span-2 md:w-56"
      />
      <Field label="Of what" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            className="md:w-44"
            value={state.kind ?? ""}
            onChange={(event) =>
              setState({ kind: kinds.find((kind) => kind === event.target.value) ?? null })
            }
          >
            <option value="">Everything</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {targetWords[kind]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Change" isLabelHidden>
        {(control) => (
          <Select
            {...control}
            className="md:w-36"
            value={state.change ?? ""}
            onChange={(event) => setState({ change: changeOf(event.target.value) })}
          >
            <option value="">Any change</option>
            {Object.entries(changeWords).map(([change, words]) => (
              <option key={change} value={change}>
                {words}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="From">
        {(control) => (
          <Input
            type="date"
            {...control}
            value={state.from}
            onChange={(event) => setState({ from: event.target.value })}
          />
        )}
      </Field>
      <Field label="Until">
        {(control) => (
          <Input
            type="date"
            {...control}
            value={state.until}
            onChange={(event) => setState({ until: event.target.value })}
          />
        )}
      </Field>
      {isFiltered ? (
        <LinkButton href={clearHref} variant="ghost" className="col-span-2">
          Clear the filters
        </LinkButton>
      ) : null}
    </search>
  );
}

function changeOf(text: string): AuditListState["change"] {
  return text in changeWords ? (text as AuditListState["change"]) : null;
}
