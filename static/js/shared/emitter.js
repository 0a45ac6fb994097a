// Something that tells what happens to it.

export class Emitter extends EventTarget {
  /**
   * Who asked with `addEventListener(name, ({ detail }) => …)` hears it.
   * @param {string} name
   * @param {object} detail
   */
  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
