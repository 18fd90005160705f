import { i18n } from "@lingui/core";
import { Button } from "@/ui/button";
import { MORE } from "@/ui/forms/icons";
import { Icon } from "@/ui/icon";
import { type Ladder, MAX_RUNGS, type Rung, USUAL } from "./ladder";

interface LadderRowsProps {
  ladder: Ladder;
  onChange(ladder: Ladder): void;
}

/** The qualities from the best down, each with what can be changed of it. */
export function LadderRows({ ladder, onChange }: LadderRowsProps) {
  const { rungs } = ladder;
  const put = (rung: Rung) =>
    onChange({ ...ladder, rungs: rungs.map((it) => (it.key === rung.key ? rung : it)) });
  const remove = (key: string) => onChange({ ...ladder, rungs: rungs.filter((it) => it.key !== key) });
  return (
    <div className="flex flex-col gap-3" data-part="ladder">
      <div className="flex items-center gap-3 rounded-card border border-line px-4 py-3">
        <input
          id="ladder-source"
          type="checkbox"
          className="checkbox"
          checked={ladder.source || rungs.length === 0}
          disabled={rungs.length === 0}
          onChange={({ target }) => onChange({ ...ladder, source: target.checked })}
        />
        <label htmlFor="ladder-source" className="text-[15px] font-medium">
          {i18n._({ id: "ladder.source", message: "As your encoder sends it (costs no work)" })}
        </label>
      </div>
      {rungs.map((rung, index) => (
        <RungRow
          key={rung.key}
          rung={rung}
          number={index + 1}
          onChange={put}
          onRemove={() => remove(rung.key)}
        />
      ))}
      {ladder.others.length > 0 && (
        <p className="field-hint">
          {i18n._({
            id: "ladder.others",
            message:
              "{count, plural, one {# quality} other {# qualities}} beside these came from elsewhere and stay as they are.",
            values: { count: ladder.others.length },
          })}
        </p>
      )}
      <div className="flex items-center gap-3 px-4">
        <input
          id="ladder-audio"
          type="checkbox"
          className="checkbox"
          checked={ladder.audioOnly}
          onChange={({ target }) => onChange({ ...ladder, audioOnly: target.checked })}
        />
        <label htmlFor="ladder-audio" className="text-[15px]">
          {i18n._({ id: "ladder.audio", message: "Sound alone, for listening on the way" })}
        </label>
      </div>
      {rungs.length < MAX_RUNGS && (
        <Button
          className="self-start"
          onClick={() => onChange({ ...ladder, rungs: [...rungs, next(rungs)] })}
        >
          <Icon glyph={MORE.plus} />
          {i18n._({ id: "ladder.add", message: "Add a quality" })}
        </Button>
      )}
    </div>
  );
}

function next(rungs: Rung[]): Rung {
  const usual = USUAL.find((it) => rungs.every(({ height }) => height > it.height)) ?? USUAL.at(-1);
  const taken = rungs.map(({ key }) => Number(key.replace("new-", "")) || 0);
  return { ...(usual as Omit<Rung, "key">), key: `new-${Math.max(0, ...taken) + 1}` };
}

interface RungRowProps {
  rung: Rung;
  number: number;
  onChange(rung: Rung): void;
  onRemove(): void;
}

function RungRow({ rung, number, onChange, onRemove }: RungRowProps) {
  const name = i18n._({ id: "ladder.number", message: "Quality {number}", values: { number } });
  const figure = (
    field: "height" | "fps" | "kbps",
    label: string,
    bounds: { min: number; max: number; step: number },
  ) => (
    <label className="field min-w-0">
      <span className="mb-1 text-[13px] font-semibold text-fg-2">{label}</span>
      <input
        type="number"
        className="input"
        required
        {...bounds}
        value={rung[field] || ""}
        onChange={({ target }) => onChange({ ...rung, [field]: Number(target.value) })}
      />
    </label>
  );
  return (
    <fieldset className="rounded-card border border-line p-4" data-part="rung">
      <legend className="sr-only">{name}</legend>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-5">
        {figure("height", i18n._({ id: "ladder.height", message: "Lines" }), { min: 64, max: 4320, step: 2 })}
        {figure("fps", i18n._({ id: "ladder.fps", message: "Pictures / s" }), { min: 1, max: 240, step: 1 })}
        {figure("kbps", i18n._({ id: "ladder.kbps", message: "kb/s" }), { min: 50, max: 50_000, step: 50 })}
        <label className="field">
          <span className="mb-1 text-[13px] font-semibold text-fg-2">
            {i18n._({ id: "ladder.codec", message: "Codec" })}
          </span>
          <select
            className="input"
            value={rung.codec}
            onChange={({ target }) => onChange({ ...rung, codec: target.value === "av1" ? "av1" : "h264" })}
          >
            <option value="h264">H.264</option>
            <option value="av1">AV1</option>
          </select>
        </label>
        <label className="field">
          <span className="mb-1 text-[13px] font-semibold text-fg-2">
            {i18n._({ id: "ladder.effort", message: "Effort" })}
          </span>
          <select
            className="input"
            value={rung.effort}
            onChange={({ target }) => onChange({ ...rung, effort: Number(target.value) })}
          >
            {[0, 1, 2, 3, 4].map((effort) => (
              <option key={effort} value={effort}>
                {effort}
              </option>
            ))}
          </select>
        </label>
      </div>
      <Button kind="danger" className="mt-3" onClick={onRemove}>
        {i18n._({ id: "ladder.remove", message: "Remove" })}
        <span className="visually-hidden"> {name}</span>
      </Button>
    </fieldset>
  );
}
