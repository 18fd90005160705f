/** Rings on water, for where there is no picture. */
export function Ripples() {
  return (
    <svg
      className="stage-ripples"
      viewBox="0 0 800 450"
      aria-hidden="true"
      preserveAspectRatio="xMidYMid slice"
    >
      {[60, 130, 210, 300, 400].map((radius) => (
        <ellipse key={radius} cx="400" cy="330" rx={radius * 1.5} ry={radius * 0.42} />
      ))}
    </svg>
  );
}
