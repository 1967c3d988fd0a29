// A change of a budget is often several: tokens are booked, then an item is kept. What others do because of a change, listeners and
// waiters that are served, comes once it is complete, and one after the other: so nobody sees or changes a half of it. And a step
// happens at one time: who looks at the clock in it gets what it showed at the first look (`Core.now`).

/** The number of the step that is under way; 0 between steps. */
export let underWay = 0;
let steps = 0;
let running = false;
const effects: (() => void)[] = [];

/** Runs a change as one step: what {@link after} is given meanwhile comes when the outermost step has ended. */
export function step<Result>(change: () => Result): Result {
  if (underWay !== 0) return change();
  steps += 1;
  underWay = steps;
  try {
    return change();
  } finally {
    underWay = 0;
    run();
  }
}

/** Runs an effect of a change, as soon as no step and no other effect is under way. It must not throw. */
export function after(effect: () => void): void {
  effects.push(effect);
  if (underWay === 0) run();
}

function run(): void {
  if (running) return;
  running = true;
  try {
    for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) effect();
  } finally {
    running = false;
  }
}
