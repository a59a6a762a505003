"use client";

import { useSuspenseQuery } from "@tanstack/react-query";

import { DateTimeText } from "@/components/figures/date-text";
import { formatBytes } from "@/components/mailbox/format-bytes";
import { Button } from "@/components/ui/button";
import { FormMessage } from "@/components/ui/form-message";
import { Section } from "@/components/ui/section";
import { errorMessage } from "@/lib/errors";
import { localIsoDate } from "@/lib/format";
import { saveFile } from "@/lib/save-file";
import type { Export } from "@/openapi/types.gen";
import { myExportOptions, useDownloadMyExport, useStartMyExport } from "@/queries/my-data";

export function MyExport() {
  const { data } = useSuspenseQuery(myExportOptions());
  return (
    <Section
      title="Take your data along"
      description="Everything we keep about you, in one ZIP file: your profile, your sessions, and what you did."
      className="max-w-form"
    >
      <div aria-live="polite" className="text-sm">
        <State data={data} />
      </div>
    </Section>
  );
}

function State({ data }: { data: Export }) {
  switch (data.status) {
    case "none":
      return <Start label="Collect my data" />;
    case "building":
      return <Building progress={data.progress} />;
    case "ready":
      return <Ready data={data} />;
    case "expired":
      return (
        <>
          <p>
            Your export of <Moment value={data.requested_at} /> is kept no longer. A new one takes a few
            minutes.
          </p>
          <Start label="Collect my data again" />
        </>
      );
    case "failed":
      return (
        <>
          <p>
            The export of <Moment value={data.requested_at} /> could not be finished. Nothing was lost.
          </p>
          <Start label="Try again" />
        </>
      );
  }
}

function Building({ progress }: { progress: number }) {
  const percent = Math.round(progress * 100);
  return (
    <>
      <p>Collecting your data. We mail you when it is ready; you can leave this page.</p>
      <progress
        aria-label="Collecting your data"
        className="mt-3 h-1.5 w-full accent-accent"
        value={percent}
        max={100}
      />
    </>
  );
}

function Ready({ data }: { data: Export }) {
  const download = useDownloadMyExport();
  const { id } = data;
  return (
    <>
      <p>
        Your export is ready
        {data.size_bytes === null ? null : <span className="figures">, {formatBytes(data.size_bytes)}</span>}.
        It can be downloaded until <Moment value={data.expires_at} />.
      </p>
      <FormMessage message={errorMessage(download.error)} className="mt-4" />
      {id ? (
        <Button
          variant="primary"
          className="mt-4"
          isPending={download.isPending}
          onClick={() =>
            download.mutate(id, {
              onSuccess: (archive) => saveFile(archive, `quittance-my-data-${localIsoDate(new Date())}.zip`),
            })
          }
        >
          Download archive
        </Button>
      ) : null}
    </>
  );
}

function Start({ label }: { label: string }) {
  const start = useStartMyExport();
  return (
    <>
      <FormMessage message={errorMessage(start.error)} className="mt-4" />
      <Button className="mt-4 first:mt-0" isPending={start.isPending} onClick={() => start.mutate({})}>
        {label}
      </Button>
    </>
  );
}

function Moment({ value }: { value: string | null }) {
  return value ? <DateTimeText value={value} /> : null;
}
