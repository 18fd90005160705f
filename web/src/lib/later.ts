import { lazy } from "react";
import { wordsArrived } from "./i18n";

/** A component whose script is loaded when it is first shown, and drawn once the words are there that it brings. */
export const later: typeof lazy = (load) =>
  lazy(async () => {
    const module = await load();
    await wordsArrived();
    return module;
  });
