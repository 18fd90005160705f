/** The door of how the site and its broadcasts were, of alerts, and of the server's log. */
import "./insights.css";

export { AlertLimits } from "./alert-limits";
export { Alerts } from "./alerts";
export { ChannelInsights } from "./channel-insights";
export { ServerLog } from "./server-log";
export { SiteInsights } from "./site-insights";
