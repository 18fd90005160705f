export interface StepProps {
  /** Goes on to the next one. */
  onDone(): void;
}
