import { i18n } from "@lingui/core";
import { useState } from "react";
import { readPreference, writePreference } from "@/lib/storage";
import { costsOf, type Ladder, trafficOf } from "./ladder";

/** Viewers that the table reckons with. */
const AUDIENCES = [10, 100, 1000];

interface LadderCostsProps {
  ladder: Ladder;
  /** Thousands of pixels a second that the machine encodes; unknown before the first time. */
  capacity: number | null | undefined;
}

/** What a ladder costs in work, traffic and money, as it is edited. */
export function LadderCosts({ ladder, capacity }: LadderCostsProps) {
  const costs = costsOf(ladder, capacity);
  const [price, setPrice] = useState(() => readPreference<number>("price-per-gb", 0.01));
  const number = (value: number) =>
    new Intl.NumberFormat(i18n.locale, { maximumFractionDigits: 1 }).format(value);
  const money = new Intl.NumberFormat(i18n.locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = Math.round((costs.share ?? 0) * 100);
  return (
    <section
      className="rounded-card bg-s0 p-4"
      data-part="ladder-costs"
      aria-label={i18n._({ id: "costs.title", message: "What it costs" })}
    >
      <h3 className="text-[15px] font-semibold">{i18n._({ id: "costs.title", message: "What it costs" })}</h3>
      <p className="mt-1 text-[13px] text-fg-2">
        {i18n._({
          id: "costs.lead",
          message: "Reckoned for a stream of 1080p at 30 pictures a second and 4.5 Mb/s.",
        })}
      </p>
      <div className="mt-4" aria-live="polite">
        <p className="text-[15px]">
          {costs.work === 0
            ? i18n._({
                id: "costs.none",
                message: "No work for this machine: pictures go through as they come.",
              })
            : costs.share === null
              ? i18n._({
                  id: "costs.work",
                  message:
                    "{million} million pixels a second to encode. What share of this machine that is, is known after it has encoded once.",
                  values: { million: number(costs.work / 1000) },
                })
              : i18n._({
                  id: "costs.share",
                  message: "{percent} % of what this machine can encode.",
                  values: { percent },
                })}
        </p>
        {costs.share !== null && costs.work > 0 && (
          <div className="meter mt-2" data-kind={percent > 85 ? "bad" : undefined} aria-hidden="true">
            <i style={{ inlineSize: `${Math.min(100, percent)}%` }} />
          </div>
        )}
        {percent > 85 && (
          <p className="mt-2 text-sm text-bad">
            {i18n._({
              id: "costs.too-much",
              message: "That is more than it gives to encoding: the costliest qualities would be left out.",
            })}
          </p>
        )}
      </div>
      <div className="wide-table mt-4">
        <table>
          <caption className="sr-only">{i18n._({ id: "costs.traffic", message: "Traffic" })}</caption>
          <thead>
            <tr>
              <th scope="col">{i18n._({ id: "costs.viewers", message: "Viewers" })}</th>
              <th scope="col">{i18n._({ id: "costs.hour", message: "GB an hour" })}</th>
              <th scope="col">{i18n._({ id: "costs.money", message: "Cost an hour" })}</th>
            </tr>
          </thead>
          <tbody>
            {AUDIENCES.map((viewers) => (
              <tr key={viewers}>
                <td data-number="">{number(viewers)}</td>
                <td data-number="">{number(trafficOf(costs, viewers))}</td>
                <td data-number="">{money.format(trafficOf(costs, viewers) * price)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <label className="mt-3 flex flex-wrap items-center gap-3 text-sm">
        {i18n._({ id: "costs.price", message: "What a gigabyte costs you" })}
        <input
          type="number"
          className="input max-w-28"
          min={0}
          max={100}
          step="any"
          value={price}
          onChange={({ target }) => {
            const given = Math.max(0, Number(target.value) || 0);
            setPrice(given);
            writePreference("price-per-gb", given);
          }}
        />
      </label>
    </section>
  );
}
