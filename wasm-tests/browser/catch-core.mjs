// In the page, before the built file: `core` is the module of its wasm, which the page
// cannot reach otherwise, and `countValues()` the number of values it holds. The glue
// sets `page`, which holds values and names of the core by number, on its module.
export function catchCore() {
  Object.defineProperty(Object.prototype, 'page', {
    configurable: true,
    set(page) {
      Object.defineProperty(this, 'page', {value: page, configurable: true, enumerable: true, writable: true});
      if (!page || !page.isPinned) return;
      window.core = this;
      window.countValues = () => page.values.filter((value, number) => value !== undefined && !page.isPinned[number]).length;
    }
  });
}
