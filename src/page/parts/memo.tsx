import { Component, type ComponentChild, createElement, type FunctionComponent } from 'preact';

/** A view that is drawn again only when one of its properties is another object or value than before. */
export function memo<P extends object>(view: FunctionComponent<P>) {
  return class Memo extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return differ(this.props, next);
    }

    override render(): ComponentChild {
      return createElement(view, this.props as P);
    }
  };
}

function differ(a: object, b: object): boolean {
  const before = Object.entries(a);
  return before.length !== Object.keys(b).length || before.some(([key, value]) => value !== (b as Record<string, unknown>)[key]);
}
