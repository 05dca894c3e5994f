// One way to draw: whoever changed what is shown asks for it, and it is drawn once a frame.

let draw = () => {};
let isAsked = false;

export function drawWith(how) {
  draw = how;
}

export function redraw() {
  if (!isAsked) {
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");

/** Calls back when the colours change, by hand or with the system; answers what ends that. */
export function onColours(then) {
  const observer = new MutationObserver(then);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  dark.addEventListener("change", then);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", then);
  };
}

/** Calls back, a frame later, when an element has another width. */
export function onWidth(element, then) {
  let known = element.clientWidth;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth !== known) {
      known = element.clientWidth;
      requestAnimationFrame(then);
    }
  });
  observer.observe(element);
  return observer;
}
