"use client";

import { useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { useState } from "react";

import { DetailList, Detail } from "@/components/ui/detail-list";
import { ErrorState } from "@/components/ui/error-state";
import { TableSkeleton } from "@/components/ui/skeleton";
import { Table, TableBody, TableCell, TableHead, TableHeaderCell, TableRow } from "@/components/ui/table";
import { toApiError } from "@/lib/errors";
import { roleNames } from "@/lib/roles";
import type { PermissionTable } from "@/openapi/types.gen";
import { permissionTableOptions } from "@/queries/members";

/** Asked for when it is opened. */
export function RolesExplained() {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details
      className="border-t border-rule text-sm"
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary className="cursor-pointer rounded-sm py-3 font-semibold">What roles may do</summary>
      {isOpen ? <Explanation /> : null}
    </details>
  );
}

function Explanation() {
  const { data, error, refetch, isFetching } = useQuery(permissionTableOptions());
  if (data) return <Explained table={data} />;
  if (!error) return <TableSkeleton rows={6} />;
  return (
    <ErrorState
      title="The roles could not be loaded"
      description={toApiError(error).detail}
      onRetry={() => void refetch()}
      isRetrying={isFetching}
    />
  );
}

function Explained({ table }: { table: PermissionTable }) {
  return (
    <div className="space-y-8 pt-2">
      <DetailList>
        {table.roles.map(({ role, description }) => (
          <Detail key={role} label={roleNames[role]}>
            {description}
          </Detail>
        ))}
      </DetailList>
      <div className="overflow-x-auto">
        <Table>
          <TableHead>
            <TableRow>
              <TableHeaderCell>May</TableHeaderCell>
              {table.roles.map(({ role }) => (
                <TableHeaderCell key={role} className="w-20 text-center">
                  {roleNames[role]}
                </TableHeaderCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {table.permissions.map(({ permission, allows, roles, needs_verified_email }) => (
              <TableRow key={permission}>
                <TableCell className="min-w-52 py-2">
                  {allows}
                  {needs_verified_email ? (
                    <span className="text-muted"> (with a confirmed e-mail address)</span>
                  ) : null}
                </TableCell>
                {table.roles.map(({ role }) => (
                  <TableCell key={role} className="text-center">
                    {roles.includes(role) ? (
                      <>
                        <Check aria-hidden className="mx-auto size-4" />
                        <span className="sr-only">Yes</span>
                      </>
                    ) : (
                      <span className="text-muted">
                        <span aria-hidden>–</span>
                        <span className="sr-only">No</span>
                      </span>
                    )}
                  </TableCell>
                ))}
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </div>
    </div>
  );
}
