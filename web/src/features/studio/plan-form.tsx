import { i18n } from "@lingui/core";
import { useState } from "react";
import { useCategories } from "@/api/categories";
import type { PlanBody, ScheduledStreamDocument } from "@/api/schema";
import { Select, TextArea, TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { RepeatFields } from "./repeat-fields";
import { type Repeats, repeatsOf, ruleOf } from "./repeats";

const MAX_MINUTES = 10_080;

interface PlanFormProps {
  /** What is changed; absent for a new one. */
  stream?: ScheduledStreamDocument;
  onSave(plan: PlanBody): Promise<unknown>;
}

/** What is planned: what, when by whose clock, for how long, and whether again. */
export function PlanForm({ stream, onSave }: PlanFormProps) {
  const { data: categories = [] } = useCategories();
  const [startsAt, setStartsAt] = useState(stream?.starts_at.slice(0, 16) ?? tomorrowEvening());
  const [repeats, setRepeats] = useState<Repeats>(() => repeatsOf(stream?.rrule, startsAt));
  return (
    <Form
      clears={!stream}
      onSubmit={(values) => onSave(planOf(values, repeats))}
      label={
        stream
          ? i18n._({ id: "plan.form.change", message: "Change {title}", values: { title: stream.title } })
          : i18n._({ id: "plan.form", message: "Plan a stream" })
      }
    >
      <TextField
        name="title"
        label={i18n._({ id: "plan.title", message: "Title" })}
        defaultValue={stream?.title}
        maxLength={140}
        autoComplete="off"
        dir="auto"
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          name="starts_at"
          type="datetime-local"
          label={i18n._({ id: "plan.starts", message: "Begins" })}
          value={startsAt}
          onChange={({ target }) => setStartsAt(target.value)}
        />
        <Select
          name="time_zone"
          label={i18n._({ id: "plan.zone", message: "By the clocks of" })}
          defaultValue={stream?.time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone}
        >
          {zones(stream?.time_zone).map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll("_", " ")}
            </option>
          ))}
        </Select>
        <TextField
          name="duration_minutes"
          type="number"
          min={1}
          max={MAX_MINUTES}
          label={i18n._({ id: "plan.minutes", message: "Minutes" })}
          title={i18n._({ id: "plan.minutes.rule", message: "Between one minute and a week." })}
          defaultValue={stream?.duration_minutes ?? 120}
        />
        <Select
          name="category_id"
          label={i18n._({ id: "plan.category", message: "Category" })}
          defaultValue={stream?.category_id ?? ""}
        >
          <option value="">{i18n._({ id: "on-now.category.none", message: "None" })}</option>
          {categories.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </div>
      <RepeatFields repeats={repeats} startsAt={startsAt} onChange={setRepeats} />
      <TextArea
        name="description"
        label={i18n._({ id: "plan.description", message: "What it is about" })}
        defaultValue={stream?.description}
        optional
        maxLength={2000}
        rows={3}
        dir="auto"
      />
      <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
        {stream
          ? i18n._({ id: "form.save", message: "Save" })
          : i18n._({ id: "plan.submit", message: "Plan it" })}
      </Submit>
    </Form>
  );
}

function planOf(values: Values, repeats: Repeats): PlanBody {
  const startsAt = values.starts_at ?? "";
  return {
    title: values.title?.trim() ?? "",
    description: values.description ?? "",
    category_id: values.category_id || null,
    starts_at: startsAt,
    time_zone: values.time_zone ?? "UTC",
    duration_minutes: Number(values.duration_minutes),
    rrule: ruleOf(repeats, startsAt),
  };
}

/** What a date field takes: no zone, no seconds. */
function localTime(time: Date): string {
  const shifted = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

function tomorrowEvening(): string {
  const time = new Date();
  time.setDate(time.getDate() + 1);
  time.setHours(20, 0, 0, 0);
  return localTime(time);
}

function zones(used: string | undefined): string[] {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([here, ...(used ? [used] : []), "UTC", ...known])];
}
