/**
 * Pictures, made smaller, put together and compared by a browser: it reads and writes them, and nothing
 * else is needed for it.
 */

/** The side of a kept picture, of that of the screen. */
const SCALE = 1 / 4;
/** Between two pictures on a sheet. */
const GAP = 4;
/** WebP's, of what is kept: letters are a quarter of their size, and hardly change by it. */
const QUALITY = 0.8;
/** Of 255: less in one colour is how letters are smoothed. */
const NEAR = 40;

/** Where the pictures of these screens stand on their sheet. */
export function placesOf(sizes) {
  let left = 0;
  return sizes.map((size) => {
    const place = { left, width: Math.round(size.width * SCALE), height: Math.round(size.height * SCALE) };
    left += place.width + GAP;
    return place;
  });
}

/** All pictures of a screen beside each other: WebP. */
export async function sheetOf(page, pictures, places) {
  const text = await page.evaluate(
    async ([pictures, places, quality]) => {
      const last = places.at(-1);
      const [width, height] = [last.left + last.width, Math.max(...places.map((it) => it.height))];
      const canvas = Object.assign(document.createElement("canvas"), { width, height });
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      for (const [index, src] of pictures.entries()) {
        const image = Object.assign(new Image(), { src });
        await image.decode();
        const { left, width, height } = places[index];
        context.drawImage(image, left, 0, width, height);
      }
      return canvas.toDataURL("image/webp", quality);
    },
    [pictures.map((it) => address(it, "png")), places, QUALITY],
  );
  return Buffer.from(text.slice(text.indexOf(",") + 1), "base64");
}

/** The share of points that are not the same, of each picture on two sheets; all where the sizes differ. */
export function differences(page, one, other, places) {
  return page.evaluate(
    async ([sources, places, near]) => {
      const sheet = async (src) => {
        const image = Object.assign(new Image(), { src });
        await image.decode();
        const { width, height } = image;
        const canvas = Object.assign(document.createElement("canvas"), { width, height });
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(image, 0, 0);
        return { width, height, context };
      };
      const [one, other] = await Promise.all(sources.map(sheet));
      if (one.width !== other.width || one.height !== other.height) return places.map(() => 1);
      return places.map(({ left, width, height }) => {
        const [before, after] = [one, other].map(
          (it) => it.context.getImageData(left, 0, width, height).data,
        );
        let differing = 0;
        for (let at = 0; at < before.length; at += 4) {
          const far = [0, 1, 2].some((colour) => Math.abs(before[at + colour] - after[at + colour]) > near);
          differing += far ? 1 : 0;
        }
        return (differing * 4) / before.length;
      });
    },
    [[address(one, "webp"), address(other, "webp")], places, NEAR],
  );
}

function address(picture, kind) {
  return `data:image/${kind};base64,${picture.toString("base64")}`;
}
