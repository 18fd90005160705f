/** Full screen and picture in picture, with the names older Safari has for them. */

interface WebkitVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void;
}

export function canPictureInPicture(): boolean {
  return document.pictureInPictureEnabled === true;
}

export async function togglePictureInPicture(video: HTMLVideoElement | null): Promise<void> {
  if (!video || !canPictureInPicture()) return;
  // Refused before the first frame is there; the viewer can simply press again.
  if (document.pictureInPictureElement === video)
    await document.exitPictureInPicture().catch(() => undefined);
  else await video.requestPictureInPicture().catch(() => undefined);
}

/** The whole player where the browser can, else (iPhone) the video alone. */
export async function toggleFullscreen(root: HTMLElement | null, video: WebkitVideo | null): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
  else if (root?.requestFullscreen) await root.requestFullscreen().catch(() => undefined);
  else video?.webkitEnterFullscreen?.();
}
