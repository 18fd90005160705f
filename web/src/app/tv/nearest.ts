/** Which of several things on a screen lies next in a direction. */

export type Arrow = "up" | "down" | "left" | "right";

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** How much worse it is to lie aside than to lie far: who presses down wants what is below. */
const ASIDE = 3;

/** The place of the nearest among `boxes`; -1 where nothing lies that way. */
export function nearest(from: Box, boxes: Box[], arrow: Arrow): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  boxes.forEach((box, index) => {
    const cost = costOf(turned(from, arrow), turned(box, arrow));
    if (cost < least) {
      best = index;
      least = cost;
    }
  });
  return best;
}

/** The same with the direction pointing right. */
function turned({ left, top, right, bottom }: Box, arrow: Arrow): Box {
  switch (arrow) {
    case "right":
      return { left, top, right, bottom };
    case "left":
      return { left: -right, top, right: -left, bottom };
    case "down":
      return { left: top, top: left, right: bottom, bottom: right };
    case "up":
      return { left: -bottom, top: left, right: -top, bottom: right };
  }
}

function costOf(from: Box, to: Box): number {
  // What begins before the middle of where one is does not lie that way.
  if (to.left + to.right <= from.left + from.right || to.left < from.left) return Number.POSITIVE_INFINITY;
  const ahead = Math.max(0, to.left - from.right);
  const aside = Math.max(0, to.top - from.bottom, from.top - to.bottom);
  const middle = Math.abs((to.top + to.bottom - from.top - from.bottom) / 2);
  return ahead + ASIDE * aside + middle / 10;
}
