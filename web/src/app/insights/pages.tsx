import { AlertLimits, Alerts, ChannelInsights, ServerLog, SiteInsights } from "@/features/insights";
import { useServices } from "../services";

/** How the site is and was, for those who run it. */
export function AdminInsights({ maySet }: { maySet: boolean }) {
  const { clock } = useServices();
  return (
    <>
      <Alerts />
      <SiteInsights now={() => clock.now()} />
      {maySet && <AlertLimits />}
    </>
  );
}

/** How a channel's broadcasts were, for those who work on it. */
export function StudioInsights({ channel }: { channel: string }) {
  const { clock } = useServices();
  return <ChannelInsights channel={channel} now={() => clock.now()} />;
}

export { ServerLog };
