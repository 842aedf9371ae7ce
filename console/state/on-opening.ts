/**
 * Makes the properties of an element that offers choices, such as a `select`, by which `read` is called before it is
 * opened: what was made elsewhere since the page was opened is among them.
 */
export const onOpening = (read: () => void) => ({ onPointerEnter: read, onFocus: read });
