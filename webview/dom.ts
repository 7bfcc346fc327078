/**
 * Small builders for elements.
 *
 * Guarantee: text only ever becomes a text node, so that nothing a log says is read as markup; no inline handlers and
 * no style attributes, as the content security policy demands.
 */
export interface ButtonOptions {
  readonly label: string;
  readonly appearance: 'primary' | 'secondary' | 'icon';
  /** Shown instead of the label, which then names the button. */
  readonly icon?: SVGElement;
  readonly title?: string;
  readonly onClick: () => void;
}

/** Makes a button of the component toolkit; handed in, because the toolkit exists in browsers only. */
export type MakeButton = (document: Document, options: ButtonOptions) => HTMLElement;

export type Child = Node | string;

/** Left out where undefined. */
export type Attributes = Readonly<Record<string, string | undefined>>;

export function element<K extends keyof HTMLElementTagNameMap>(
  document: Document,
  tag: K,
  attributes: Attributes,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A plain button that looks like a link: for the many, where toolkit elements would be slow. */
export function linkButton(document: Document, label: string, description: string, onClick: () => void): HTMLElement {
  const button = element(document, 'button', { type: 'button', class: 'link', title: description }, label);
  button.addEventListener('click', onClick);
  return button;
}
