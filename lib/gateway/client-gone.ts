/** Tells that a client has left: what calls need of an `AbortSignal`, which is one of these. */
export type ClientGone = {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options: { once: true }): void;
};

/** The same without an `EventTarget` for each call, which takes longer to make than all else that it hears. */
export class Leaving implements ClientGone {
  aborted = false;
  private readonly listeners: (() => void)[] = [];

  addEventListener(_type: "abort", listener: () => void): void {
    this.listeners.push(listener);
  }

  leave(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of this.listeners.splice(0)) listener();
  }
}
