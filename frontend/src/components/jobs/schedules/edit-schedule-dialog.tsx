"use client";

import { valibotResolver } from "@hookform/resolvers/valibot";
import { useForm, useWatch } from "react-hook-form";
import * as v from "valibot";

import { Button } from "@/components/ui/button";
import { Dialog, DialogActions } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { FormMessage } from "@/components/ui/form-message";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import { applyFieldErrors } from "@/lib/errors";
import type { CatchUp, JobScheduleEntry } from "@/openapi/types.gen";
import { useUpdateSchedule } from "@/queries/job-operations";

import { taskTitle } from "../task-words";
import { cronWords } from "./cron-words";

const catchUpWords: Record<CatchUp, string> = {
  skip: "Skip what was missed",
  once: "Make up for it once",
  all: "Make up for each",
};

const schema = v.object({
  cron: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter when it starts, such as 0 3 * * *.")),
  time_zone: v.pipe(v.string(), v.trim(), v.nonEmpty("Enter a time zone, such as Europe/Berlin.")),
  catch_up: v.picklist(["skip", "once", "all"]),
  most_caught_up: v.pipe(v.string(), v.trim(), v.regex(/^[1-9]\d{0,8}$/, "Enter a whole number, 1 or more.")),
});
type Values = v.InferOutput<typeof schema>;

type Props = { schedule: JobScheduleEntry; onClose: () => void };

export function EditScheduleDialog({ schedule, onClose }: Props) {
  const update = useUpdateSchedule();
  const form = useForm<Values>({
    resolver: valibotResolver(schema),
    defaultValues: {
      cron: schedule.cron,
      time_zone: schedule.time_zone,
      catch_up: schedule.catch_up,
      most_caught_up: String(schedule.most_caught_up),
    },
  });
  const { errors } = form.formState;
  const [cron, catchUp] = useWatch({ control: form.control, name: ["cron", "catch_up"] });

  const onSubmit = form.handleSubmit((values) => {
    update.mutate(
      {
        path: { schedule_name: schedule.name },
        body: { ...values, most_caught_up: Number(values.most_caught_up) },
      },
      { onSuccess: onClose, onError: (error) => applyFieldErrors(form, error) },
    );
  });

  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="sm"
      title={`When “${taskTitle(schedule.task)}” starts`}
      description="It takes effect at once, on every worker, and stays until the code declares something else."
    >
      <form noValidate aria-label="Schedule" onSubmit={onSubmit} className="space-y-5">
        <Field
          label="Cron expression"
          hint={cronWords(cron) ?? "Minute, hour, day, month, weekday."}
          error={errors.cron?.message}
        >
          {(control) => (
            <Input
              maxLength={100}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              {...control}
              {...form.register("cron")}
            />
          )}
        </Field>
        <Field label="Time zone" error={errors.time_zone?.message}>
          {(control) => (
            <>
              <Input
                maxLength={64}
                autoComplete="off"
                list={`${control.id}-zones`}
                {...control}
                {...form.register("time_zone")}
              />
              <datalist id={`${control.id}-zones`}>
                {Intl.supportedValuesOf("timeZone").map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
        <Field
          label="After a time without workers"
          hint="What becomes of the starts that nobody was there for."
          error={errors.catch_up?.message}
        >
          {(control) => (
            <Select {...control} {...form.register("catch_up")}>
              {Object.entries(catchUpWords).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {catchUp === "all" ? (
          <Field
            label="At most"
            hint="So many of the latest starts are made up for."
            error={errors.most_caught_up?.message}
          >
            {(control) => (
              <Input
                isFigure
                inputMode="numeric"
                className="w-32"
                {...control}
                {...form.register("most_caught_up")}
              />
            )}
          </Field>
        ) : null}
        <FormMessage message={errors.root?.["server"]?.message} />
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" isPending={update.isPending}>
            Save schedule
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
