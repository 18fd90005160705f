import { i18n } from "@lingui/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { call } from "@/api/client";
import type { Settings } from "@/api/schema";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit, type Values } from "@/ui/forms/form";
import { Loaded } from "@/ui/forms/loaded";
import { Section } from "@/ui/forms/section";

const KEY = ["site-settings"];

/** From where on somebody is told. */
export function AlertLimits() {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/v1/admin/settings", {}, signal),
  });
  const save = async (values: Values) => {
    const number = (name: string) => Number(values[name]);
    const alerts = Object.fromEntries(fields().map(({ name }) => [name, number(name)]));
    const body = { alerts, figures: { kept_days: number("kept_days") } };
    queries.setQueryData(KEY, await call("PATCH /api/v1/admin/settings", { body }));
  };
  return (
    <Section
      title={i18n._({ id: "limits.title", message: "Limits" })}
      lead={i18n._({ id: "limits.lead", message: "From where on you are told. 0 switches one off." })}
    >
      <Loaded query={query} lines={12}>
        {(settings) => (
          <Form onSubmit={save}>
            <div className="grid gap-5 sm:grid-cols-2">
              {fields().map(({ name, label, max }) => (
                <TextField
                  key={name}
                  name={name}
                  type="number"
                  label={label}
                  min={0}
                  max={max}
                  defaultValue={limitOf(settings, name)}
                />
              ))}
              <TextField
                name="kept_days"
                type="number"
                label={i18n._({ id: "limits.kept", message: "Days for which figures are kept" })}
                min={1}
                max={3650}
                defaultValue={settings.figures?.kept_days}
              />
            </div>
            <Submit done={i18n._({ id: "form.saved", message: "Saved" })}>
              {i18n._({ id: "form.save", message: "Save" })}
            </Submit>
          </Form>
        )}
      </Loaded>
    </Section>
  );
}

type Limit = keyof NonNullable<Settings["alerts"]>;

function limitOf(settings: Settings, name: Limit) {
  return settings.alerts?.[name];
}

function fields(): { name: Limit; label: string; max: number }[] {
  return [
    { name: "cpu_percent", label: i18n._({ id: "limits.cpu", message: "Processor, in percent" }), max: 100 },
    {
      name: "memory_percent",
      label: i18n._({ id: "limits.memory", message: "Memory, in percent" }),
      max: 100,
    },
    { name: "disk_percent", label: i18n._({ id: "limits.disk", message: "Disk, in percent" }), max: 100 },
    {
      name: "lag_seconds",
      label: i18n._({ id: "limits.lag", message: "Encoders behind, in seconds" }),
      max: 600,
    },
    {
      name: "failed_jobs",
      label: i18n._({ id: "limits.jobs", message: "Jobs that were given up" }),
      max: 10_000,
    },
  ];
}
