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
