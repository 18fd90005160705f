import { i18n } from "@lingui/core";
import { Icon } from "@/ui/icon";
import { Ripples } from "./ripples";
import { usePlayer } from "./use-player";

/** In place of the picture while there is only sound. */
export function AudioStage({ channelName }: { channelName: string }) {
  const player = usePlayer();
  return (
    <div className="stage-audio">
      <Ripples />
      <Icon name="headphones" />
      <div className="stage-message">
        <p className="stage-title" dir="auto">
          {channelName}
        </p>
        <p>{i18n._({ id: "stage.audio", message: "Audio only" })}</p>
      </div>
      <button type="button" className="stage-action" data-quiet="" onClick={() => player.select("auto")}>
        {i18n._({ id: "stage.audio.leave", message: "Show the picture" })}
      </button>
    </div>
  );
}
