import { i18n } from "@lingui/core";
import { Checkbox, Select, TextField } from "@/ui/forms/fields";
import { type Repeats, WEEKDAYS, type Weekday, weekdayOf } from "./repeats";

interface RepeatFieldsProps {
  repeats: Repeats;
  startsAt: string;
  onChange(repeats: Repeats): void;
}

/** Whether a stream happens again, and when. */
export function RepeatFields({ repeats, startsAt, onChange }: RepeatFieldsProps) {
  const { every } = repeats;
  const choose = (next: string) => {
    if (next === "once") onChange({ every: next });
    else if (next === "other") onChange({ every: next, rule: "" });
    else if (next === "day" || next === "week" || next === "month")
      onChange({ every: next, interval: 1, days: [weekdayOf(startsAt)], until: "" });
  };
  return (
    <div className="flex flex-col gap-4">
      <Select
        name="repeats"
        label={i18n._({ id: "repeats.label", message: "Repeats" })}
        value={every}
        onChange={({ target }) => choose(target.value)}
      >
        <option value="once">{i18n._({ id: "repeats.once", message: "Not at all" })}</option>
        <option value="day">{i18n._({ id: "repeats.day", message: "By days" })}</option>
        <option value="week">{i18n._({ id: "repeats.week", message: "By weeks" })}</option>
        <option value="month">
          {i18n._({ id: "repeats.month", message: "By months, on the same weekday" })}
        </option>
        <option value="other">{i18n._({ id: "repeats.other", message: "By a rule of my own" })}</option>
      </Select>
      {repeats.every === "other" && (
        <TextField
          name="rule"
          label={i18n._({ id: "repeats.rule", message: "Rule" })}
          hint={i18n._({
            id: "repeats.rule.hint",
            message: "As calendars write it (RFC 5545), such as FREQ=MONTHLY;BYMONTHDAY=1.",
          })}
          value={repeats.rule}
          onChange={({ target }) => onChange({ every: "other", rule: target.value })}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
        />
      )}
      {"interval" in repeats && (
        <>
          {repeats.every === "week" && (
            <Days
              days={repeats.days}
              startsAt={startsAt}
              onChange={(days) => onChange({ ...repeats, days })}
            />
          )}
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              name="interval"
              type="number"
              min={1}
              max={99}
              label={i18n._({ id: "repeats.interval", message: "Every so many" })}
              value={repeats.interval}
              onChange={({ target }) =>
                onChange({ ...repeats, interval: Math.max(1, Number(target.value) || 1) })
              }
            />
            <TextField
              name="until"
              type="date"
              optional
              label={i18n._({ id: "repeats.until", message: "Last day" })}
              min={startsAt.slice(0, 10)}
              value={repeats.until}
              onChange={({ target }) => onChange({ ...repeats, until: target.value })}
            />
          </div>
        </>
      )}
    </div>
  );
}

interface DaysProps {
  days: Weekday[];
  startsAt: string;
  onChange(days: Weekday[]): void;
}

function Days({ days, startsAt, onChange }: DaysProps) {
  const first = weekdayOf(startsAt);
  return (
    <fieldset>
      <legend className="mb-2 text-sm font-semibold">
        {i18n._({ id: "repeats.days", message: "Days" })}
      </legend>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {WEEKDAYS.map((day, index) => (
          <Checkbox
            key={day}
            name={`day-${day}`}
            label={dayName(index)}
            checked={day === first || days.includes(day)}
            disabled={day === first}
            onChange={({ target }) =>
              onChange(target.checked ? [...days, day] : days.filter((known) => known !== day))
            }
          />
        ))}
      </div>
    </fieldset>
  );
}

/** The first of January 2024 was a Monday. */
function dayName(index: number): string {
  const day = new Date(Date.UTC(2024, 0, 1 + index));
  return new Intl.DateTimeFormat(i18n.locale, { weekday: "short", timeZone: "UTC" }).format(day);
}
