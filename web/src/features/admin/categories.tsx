import { i18n } from "@lingui/core";
import { useQueryClient } from "@tanstack/react-query";
import { CATEGORIES, useCategories } from "@/api/categories";
import { call } from "@/api/client";
import { TextField } from "@/ui/forms/fields";
import { Form, Submit } from "@/ui/forms/form";
import { SlugField } from "@/ui/forms/known-fields";
import { Loaded } from "@/ui/forms/loaded";
import { RemoveButton } from "@/ui/forms/remove-button";
import { Rows } from "@/ui/forms/rows";
import { Section } from "@/ui/forms/section";

/** What channels can be about. */
export function Categories() {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: CATEGORIES });
  const query = useCategories();
  return (
    <Section
      title={i18n._({ id: "categories.title", message: "Categories" })}
      lead={i18n._({ id: "categories.lead", message: "Streamers choose one for what they do." })}
    >
      <Loaded query={query} lines={2}>
        {(categories) => (
          <Rows items={categories} none={i18n._({ id: "categories.none", message: "There are none yet." })}>
            {({ id, name, slug }) => (
              <li key={id}>
                <div className="min-w-0 flex-1">
                  <p className="font-semibold wrap-anywhere" dir="auto">
                    {name}
                  </p>
                  <p className="text-[13px] text-fg-2">{slug}</p>
                </div>
                <RemoveButton
                  about={name}
                  confirm={{
                    title: i18n._({
                      id: "categories.remove.title",
                      message: "Remove “{name}”?",
                      values: { name },
                    }),
                    detail: i18n._({
                      id: "categories.remove.detail",
                      message: "Channels that chose it have none then.",
                    }),
                  }}
                  act={async () => {
                    await call("DELETE /api/v1/admin/categories/{id}", { path: { id } });
                    await refresh();
                  }}
                />
              </li>
            )}
          </Rows>
        )}
      </Loaded>
      <Form
        clears
        label={i18n._({ id: "categories.new", message: "New category" })}
        fields={{ conflict: "slug" }}
        className="mt-5 grid gap-4 border-t border-line pt-5 sm:grid-cols-[1fr_1fr_auto] sm:items-end"
        onSubmit={async ({ name = "", slug = "" }) => {
          const body = { name: name.trim(), slug: slug.trim(), description: "" };
          await call("POST /api/v1/admin/categories", { body });
          await refresh();
        }}
      >
        <TextField
          name="name"
          label={i18n._({ id: "categories.name", message: "Name" })}
          maxLength={60}
          autoComplete="off"
          dir="auto"
        />
        <SlugField label={i18n._({ id: "categories.slug", message: "Name in addresses" })} />
        <Submit>{i18n._({ id: "categories.submit", message: "Add" })}</Submit>
      </Form>
    </Section>
  );
}
