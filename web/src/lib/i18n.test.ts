import { i18n } from "@lingui/core";
import { afterEach, expect, it } from "vitest";
import { messages as arabic } from "@/locales/ar.po";
import { messages as german } from "@/locales/de.po";
import { messages } from "@/locales/en.po";
import { activateLanguage, bring, pageLanguage, wordsArrived } from "./i18n";

/** What is asked for by a name that is no literal is no message of the catalogues. */
const word = (id: string, values?: Record<string, unknown>) => i18n._(id, values);

afterEach(() => {
  document.documentElement.lang = "en";
  i18n.activate("en");
});

it.each([
  ["de", "de"],
  ["de-AT", "de"],
  ["tlh", "en"],
  ["", "en"],
  ["toString", "en"],
])("a page in %j is in %s", (lang, language) => {
  document.documentElement.lang = lang;
  expect(pageLanguage()).toBe(language);
});

it("shows English until the words have come, and those that never come in English", async () => {
  document.documentElement.lang = "de";
  bring(messages, { "/src/locales/de.po": async () => german });
  await activateLanguage();
  bring(
    { "test.a": ["Hello"], "test.b": ["World"] },
    {
      "/src/locales/test/de.po": async () => ({ "test.a": ["Hallo"] }),
      "/src/locales/test/fr.po": () => Promise.reject(new Error("of no concern")),
    },
  );
  expect(word("test.a")).toBe("Hello");
  await wordsArrived();
  expect([word("test.a"), word("test.b")]).toEqual(["Hallo", "World"]);
  expect(word("shell.sign-in")).toBe("Anmelden");
  bring({ "test.c": ["Still there"] }, { "/de.po": () => Promise.reject(new Error("gone")) });
  await wordsArrived();
  expect(word("test.c")).toBe("Still there");
});

it("forms plurals as the language does", async () => {
  document.documentElement.lang = "ar";
  bring(messages, { "/src/locales/ar.po": async () => arabic });
  await activateLanguage();
  const shown = [0, 1, 2, 3, 11, 100].map((count) => word("follow.count", { count }));
  expect(new Set(shown).size).toBe(6);
});
