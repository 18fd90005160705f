/** What holds in this browser alone, with an account or without. */
import { i18n } from "@lingui/core";
import { useId, useState } from "react";
import { useStore } from "zustand";
import { install, installOffer } from "@/lib/install";
import { forgetPreferences, readPreference, writePreference } from "@/lib/storage";
import { chooseTheme, chosenTheme, type Theme } from "@/lib/theme";
import { Button } from "@/ui/button";
import { Section } from "@/ui/forms/section";
import { LanguageSelect } from "@/ui/language-select";

/** Its language and its colours. */
export function Look() {
  const language = useId();
  const theme = useId();
  const [chosen, setChosen] = useState(chosenTheme);
  const choose = (value: string) => {
    const next: Theme | null = value === "dark" || value === "light" ? value : null;
    chooseTheme(next);
    setChosen(next);
  };
  return (
    <Section title={i18n._({ id: "device.look", message: "Look" })}>
      <div className="field mb-5">
        <label htmlFor={language}>
          {i18n._({ id: "device.language.label", message: "Language of the pages" })}
        </label>
        <LanguageSelect id={language} className="input" />
      </div>
      <div className="field">
        <label htmlFor={theme}>{i18n._({ id: "device.theme", message: "Colours" })}</label>
        <select
          id={theme}
          className="input"
          value={chosen ?? ""}
          onChange={({ target }) => choose(target.value)}
        >
          <option value="">{i18n._({ id: "device.theme.system", message: "As the device has them" })}</option>
          <option value="dark">{i18n._({ id: "device.theme.dark", message: "Dark" })}</option>
          <option value="light">{i18n._({ id: "device.theme.light", message: "Light" })}</option>
        </select>
      </div>
    </Section>
  );
}

/** How every channel is played here; the player has the same under its wheel. */
export function Playback() {
  const id = useId();
  const [mode, setMode] = useState(() => readPreference<string>("player.mode", "low"));
  const [keys, setKeys] = useState(() => readPreference<boolean>("player.single-keys", true));
  return (
    <Section
      title={i18n._({ id: "device.playback", message: "Playback" })}
      lead={i18n._({ id: "device.playback.lead", message: "How this browser plays every channel." })}
    >
      <div className="field">
        <label htmlFor={id}>{i18n._({ id: "player.mode", message: "Latency" })}</label>
        <select
          id={id}
          className="input"
          value={mode === "stable" ? "stable" : "low"}
          onChange={({ target: { value } }) => {
            writePreference("player.mode", value);
            setMode(value);
          }}
        >
          <option value="low">{i18n._({ id: "player.mode.low", message: "Low latency" })}</option>
          <option value="stable">{i18n._({ id: "player.mode.stable", message: "Stable" })}</option>
        </select>
      </div>
      <label className="mt-3 flex min-h-11 items-center gap-3">
        <input
          className="checkbox"
          type="checkbox"
          checked={keys}
          onChange={({ target: { checked } }) => {
            writePreference("player.single-keys", checked);
            setKeys(checked);
          }}
        />
        {i18n._({ id: "settings.single-keys", message: "Single-key shortcuts" })}
      </label>
    </Section>
  );
}

/** The site as an app: offered here, and nowhere unasked. */
export function Install() {
  const offer = useStore(installOffer, ({ offer }) => offer);
  const installed = matchMedia("(display-mode: standalone)").matches;
  return (
    <Section
      title={i18n._({ id: "device.install", message: "Install" })}
      lead={i18n._({
        id: "device.install.lead",
        message: "The site as an app of its own, with an icon. It still needs the network.",
      })}
    >
      {offer ? (
        <Button onClick={() => void install()}>
          {i18n._({ id: "device.install.button", message: "Install" })}
        </Button>
      ) : (
        <p className="text-[15px] text-fg-2">
          {installed
            ? i18n._({ id: "device.installed", message: "It is installed." })
            : i18n._({
                id: "device.install.hint",
                message: "Your browser has it in its menu, as “Install” or “Add to home screen”.",
              })}
        </p>
      )}
    </Section>
  );
}

/** What there is of somebody in this browser, and the end of it. */
export function Kept() {
  const [forgotten, setForgotten] = useState(false);
  return (
    <Section
      title={i18n._({ id: "device.keeps", message: "What this browser keeps" })}
      lead={i18n._({
        id: "device.keeps.lead",
        message:
          "Volume, quality, the look of the chat, your name as a guest and what is on this page. None of it follows you to other sites.",
      })}
    >
      <Button
        onClick={() => {
          forgetPreferences();
          chooseTheme(null);
          setForgotten(true);
        }}
      >
        {i18n._({ id: "device.forget", message: "Forget all of it" })}
      </Button>
      <p role="status" className="mt-2 text-[15px] text-fg-2">
        {forgotten && i18n._({ id: "device.forgotten", message: "Forgotten" })}
      </p>
    </Section>
  );
}
