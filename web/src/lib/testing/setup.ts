/** What every test file has: the language, and nothing left over from the test before. */
import { cleanup } from "@testing-library/react";
import { afterEach, beforeAll } from "vitest";
import { activateLanguage } from "@/lib/i18n";
import "@/lib/main-messages";
import "@/lib/chat-messages";
import "@/lib/page-messages";

beforeAll(activateLanguage);
afterEach(() => {
  cleanup();
  localStorage.clear();
});
