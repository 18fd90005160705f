import { useEffect } from "react";
import { paint } from "@/lib/accent";

/** While this page stands it has this colour, afterwards the other one again. */
export function useAccent(colour: string | null | undefined, afterwards: string | null | undefined): void {
  useEffect(() => {
    paint(colour ?? afterwards);
    return () => paint(afterwards);
  }, [colour, afterwards]);
}
