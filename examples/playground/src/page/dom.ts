/** The element of the page with this id. index.html has it, or the page is broken. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found as T;
}

type Child = Node | string | undefined | false;

/** A new element. Texts become text nodes: nothing that a user brings is ever read as markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number | boolean | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 12,345 */
export const figure = (value: number): string => whole.format(value);

/** "1 token", "2 tokens" */
export const counted = (value: number, noun: string): string => `${figure(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Sets text only where it changes, so that live regions speak of changes alone. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
