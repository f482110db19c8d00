import type { KeyboardEvent } from "react";

/** Whether a key is pressed at an input method, to choose what is written, and not at the page. Safari tells it by the code alone. */
export function isOfInputMethod({ nativeEvent, keyCode }: KeyboardEvent): boolean {
  return nativeEvent.isComposing || keyCode === 229;
}
