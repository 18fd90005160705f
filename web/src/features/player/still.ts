/** The last picture, kept in front of a media element while that begins anew. */

export function holdPicture(video: HTMLVideoElement): void {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
  const still = document.createElement("canvas");
  still.className = "player-still";
  still.width = video.videoWidth;
  still.height = video.videoHeight;
  still.getContext("2d")?.drawImage(video, 0, 0);
  releasePicture(video);
  video.after(still);
}

export function releasePicture(video: HTMLVideoElement): void {
  if (video.nextElementSibling?.className === "player-still") video.nextElementSibling.remove();
}
