/** The door of the player feature. */
export { PlayerSurface } from "./chrome/player-surface";
export { Player } from "./player";
