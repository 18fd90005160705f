import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Player } from "../player";
import type { PlayerView } from "../view";

export const PlayerContext = createContext<Player | null>(null);

/** The player that the surrounding surface draws. */
export function usePlayer(): Player {
  const player = useContext(PlayerContext);
  if (!player) throw new Error("player chrome outside of a PlayerSurface");
  return player;
}

/** One aspect of the player's view; the component renders again only when that changes. */
export function usePlayerView<T>(select: (view: PlayerView) => T): T {
  return useStore(usePlayer().store, select);
}
