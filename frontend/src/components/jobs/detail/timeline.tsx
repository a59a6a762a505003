import Link from "next/link";

import { Section } from "@/components/ui/section";
import type { JobMoment } from "@/openapi/types.gen";
import type { JobReach } from "@/queries/jobs";

import { momentSentence } from "../job-words";
import { MomentText } from "../moment-text";
import { jobHref } from "../places";

type Props = { moments: readonly JobMoment[]; reach: JobReach };

/** What happened to the job, oldest first. */
export function Timeline({ moments, reach }: Props) {
  return (
    <Section title="What happened">
      <ol className="ml-1 border-l border-rule-strong text-sm">
        {moments.map((moment, index) => (
          <li
            key={index}
            className="relative pb-4 pl-5 before:absolute before:top-1.5 before:-left-1 before:size-2 before:rounded-full before:bg-rule-strong last:pb-0"
          >
            <span className="block">
              {momentSentence(moment)}
              {moment.job_id ? (
                <>
                  {": "}
                  <Link className="underline" href={jobHref(reach, moment.job_id)}>
                    {moment.kind === "replayed" ? "the replay" : "that job"}
                  </Link>
                </>
              ) : null}
            </span>
            <span className="text-muted">
              <MomentText value={moment.at} />
            </span>
            {/* Why an attempt failed stands among the attempts. */}
            {moment.note && moment.kind !== "failed" ? (
              <span className="block wrap-anywhere text-muted">{moment.note}</span>
            ) : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}
